/**
 * OpenAI chat completions, on any server that speaks them.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject } from "../dialect.ts";
import { fitUsage } from "./openai-chat-fit.ts";
import { recordStream, recordWhole } from "./openai-chat-record.ts";
import { openaiChatShape } from "./openai-chat-shape.ts";
import { asObject, firstWords, isSwitch } from "./reading.ts";

/** The wire format of `POST …/chat/completions`. */
export const openaiChat: Dialect = {
  name: "openai-chat",
  shape: openaiChatShape,
  matches: (path) => path.endsWith("/chat/completions"),
  ask,
  record: (asked) => asked.form === "stream" ? recordStream(asked) : recordWhole(asked),
  fit: fitUsage,
  answers: {
    // Groq has it aside, and by models; Moonshot in the choice.
    usage: [
      "usage",
      "usage_breakdown",
      "x_groq.usage",
      "x_groq.usage_breakdown",
      "choices.*.usage",
    ],
    calls: ["choices.*.message.tool_calls.*.id", "choices.*.delta.tool_calls.*.id"],
  },
  error: (message, code) => ({
    error: { message, type: "invalid_request_error", param: null, code },
  }),
};

/** The model may be missing: Azure has it in the path. */
function ask(body: JsonObject): Asked | null {
  const { messages, model, stream, stream_options: options } = body;
  const { include_usage: usage } = asObject(options);
  // They are no part of the key, so there must be no doubt what they mean.
  if (!Array.isArray(messages) || !isSwitch(stream) || !isSwitch(usage)) return null;
  return {
    form: stream === true ? "stream" : "whole",
    ...(typeof model === "string" && { model }),
    usage: stream === true && usage === true,
    limited: typeof body.max_tokens === "number" || typeof body.max_completion_tokens === "number",
    words: firstWords(messages),
  };
}
