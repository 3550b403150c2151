/**
 * OpenAI responses, on any server that speaks them.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject } from "../dialect.ts";
import { openaiChat } from "./openai-chat.ts";
import { bypassOf } from "./openai-responses-bypass.ts";
import { recordStream, recordWhole } from "./openai-responses-record.ts";
import { openaiResponsesShape } from "./openai-responses-shape.ts";
import { asObject, firstWords, isSwitch } from "./reading.ts";

/** Where items of output stand: in a whole answer, and in the events of a stream. */
const OUTPUTS = ["output.*", "response.output.*", "item"];

/** The wire format of `POST …/responses`. */
export const openaiResponses: Dialect = {
  name: "openai-responses",
  shape: openaiResponsesShape,
  matches: (path) => path.endsWith("/responses"),
  ask,
  bypass: bypassOf,
  record: (asked) => asked.form === "stream" ? recordStream(asked) : recordWhole(asked),
  // Every stream carries its usage.
  fit: (answer) => answer,
  answers: {
    usage: ["usage", "response.usage"],
    calls: OUTPUTS.map((item) => `${item}.call_id`),
    results: OUTPUTS.map((item) => `${item}.caller.caller_id`),
  },
  error: openaiChat.error,
};

/** Forms and polls have responses too, so a model or a stored prompt must be there, and an input. */
function ask(body: JsonObject): Asked | null {
  const { input, model, prompt, stream, stream_options: options } = body;
  const hasPrompt = typeof asObject(prompt).id === "string";
  const isNamed = typeof model === "string";
  const isAsked = typeof input === "string" || Array.isArray(input) || (hasPrompt && !input);
  if (!isAsked || !(isNamed || hasPrompt)) return null;
  if (!isSwitch(stream) || !isSwitch(asObject(options).include_usage)) return null;
  return {
    form: stream === true ? "stream" : "whole",
    ...(isNamed && { model }),
    usage: false,
    limited: typeof body.max_output_tokens === "number",
    words: firstWords(Array.isArray(input) ? input : [{ role: "user", content: input }]),
  };
}
