/** Answers of chat completions, and what is to be thought of them. */

import { readdirSync, readFileSync } from "node:fs";
import type { Asked, JsonObject, Verdict } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { askOf } from "./ask.ts";

const folder = new URL("./fixtures/openai-chat/", import.meta.url);

/** The bytes of one of our own fixtures; its name begins with its form. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`${name}.txt`, folder)));
export const fixtures: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.txt$/, "")).sort();
export const formOf = (name: string): "whole" | "stream" =>
  name.startsWith("stream") ? "stream" : "whole";

export const asking = (form: "whole" | "stream", more: JsonObject = {}): Asked =>
  askOf(openaiChat, { messages: [], model: "m", stream: form === "stream", ...more })!;

export function judge(chunks: readonly Uint8Array[], asked: Asked, ended = true): Verdict {
  const recorder = openaiChat.record(asked);
  for (const chunk of chunks) recorder.push(chunk);
  return recorder.verdict(ended);
}

const id = "chatcmpl-AbC123";
export const usage = { input: 9, output: 4 };
const yes = { keep: "yes", id } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;
const incomplete = (reason: string) => ({ keep: "incomplete", reason, id }) as const;

/** Of each fixture. */
export const verdicts: Record<string, Verdict> = {
  "stream": yes,
  "stream-broken": { ...no("unparsable"), id },
  "stream-comment-inside": { ...yes, usage },
  "stream-content-filter": incomplete("content_filter"),
  "stream-cr": { ...yes, usage },
  "stream-crlf": { ...yes, usage },
  "stream-cut": { ...no("cut"), id },
  "stream-empty": no("no-choices"),
  "stream-error": { ...no("error"), id },
  "stream-event-error": { ...no("error"), id },
  "stream-failed": { ...no("error"), id },
  "stream-groq": { ...yes, usage },
  "stream-length": { ...incomplete("length"), usage },
  "stream-mistral": { ...yes, usage },
  "stream-moonshot": { ...yes, usage },
  "stream-n2": { ...yes, usage },
  "stream-n2-unfinished": { ...no("unfinished"), id },
  "stream-no-done": { ...no("cut"), id },
  "stream-refusal": incomplete("refusal"),
  "stream-short-end": yes,
  "stream-shortest-end": yes,
  "stream-tools": yes,
  "stream-trailing": yes,
  "stream-unfinished": { ...no("unfinished"), id },
  "stream-usage": { ...yes, usage },
  "whole": { ...yes, usage },
  "whole-busy": { ...no("insufficient_system_resource"), id, usage },
  "whole-choice-error": { ...no("error"), id: "gen-1" },
  "whole-content-filter": { ...incomplete("content_filter"), usage },
  "whole-cut": no("unparsable"),
  "whole-empty": { ...no("no-choices"), id, usage },
  "whole-error": no("error"),
  "whole-length": { ...incomplete("length"), usage },
  "whole-model-length": { ...incomplete("model_length"), usage },
  "whole-n2": { ...incomplete("length"), usage },
  "whole-network-error": { ...no("network_error"), id, usage },
  "whole-no-choices": { ...no("no-choices"), id: "x", usage },
  "whole-refusal": { ...incomplete("refusal"), usage },
  "whole-tools": { ...yes, usage },
};
