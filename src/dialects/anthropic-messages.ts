/**
 * Anthropic messages, on any server that speaks them.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject } from "../dialect.ts";
import { recordStream, recordWhole } from "./anthropic-messages-record.ts";
import { anthropicMessagesShape } from "./anthropic-messages-shape.ts";
import { asObject, firstWords, isSwitch } from "./reading.ts";

/** Where blocks of content stand: in a whole answer, and in the events of a stream. */
const BLOCKS = ["content.*", "content_block"];

/** The wire format of `POST …/v1/messages`. */
export const anthropicMessages: Dialect = {
  name: "anthropic-messages",
  shape: anthropicMessagesShape,
  matches: (path) => path.endsWith("/v1/messages"),
  ask,
  // A container is a machine with files: what it answers depends on what went on there before.
  bypass: ({ container }) =>
    container === undefined || container === null ? undefined : "container",
  record: (asked) => asked.form === "stream" ? recordStream(asked) : recordWhole(asked),
  // Every stream carries its usage.
  fit: (answer) => answer,
  answers: {
    usage: ["usage", "message.usage"],
    calls: BLOCKS.map((block) => `${block}.id`),
    results: BLOCKS.flatMap((block) => [`${block}.tool_use_id`, `${block}.caller.tool_id`]),
  },
  error: (message, code) => ({
    type: "error",
    error: { type: "invalid_request_error", message, code },
    request_id: null,
  }),
};

/** Services that send text messages have such a path too, so a model and roles must be there. */
function ask(body: JsonObject): Asked | null {
  const { messages, model, stream } = body;
  if (typeof model !== "string" || !Array.isArray(messages) || !isSwitch(stream)) return null;
  if (!messages.every((message) => typeof asObject(message).role === "string")) return null;
  return {
    form: stream === true ? "stream" : "whole",
    model,
    usage: false,
    limited: typeof body.max_tokens === "number",
    words: firstWords(messages),
  };
}
