/**
 * Places in a body of Ollama, listed here once more and by hand: what the tests hold the dialect's
 * shape against.
 */

import { type Places, readingOf } from "./paths.ts";

/** All of them. */
export const places: Places = {
  defined: [
    "",
    "messages.*",
    "messages.*.tool_calls.*",
    "messages.*.tool_calls.*.function",
    "tools.*",
    "tools.*.function",
    "options",
  ],
  leftOut: ["stream", "keep_alive"],
  secret: [],
  calls: ["messages.*.tool_calls.*.id"],
  results: ["messages.*.tool_call_id"],
};

export const { spots, meaning } = readingOf(places);
