/**
 * The objects Ollama defines, and what in them is no part of the identity.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";

/** An object whose members are all values as they stand. */
const FLAT: Shape = {};

const message: Shape = {
  members: {
    // Ollama keeps the order of the arguments, and the template writes them in it.
    tool_calls: { items: { members: { id: { callId: "call" }, function: FLAT } } },
    tool_call_id: { callId: "result" },
  },
};

/** The shape of a request body, of both endpoints. The order in `format` counts. */
export const ollamaShape: Shape = {
  omit: ["stream", "keep_alive"],
  members: {
    messages: { items: message },
    tools: { items: { members: { function: FLAT } } },
    options: FLAT,
  },
};
