/**
 * What every dialect needs to read requests and answers.
 *
 * @module
 */

import type { JsonObject, Recorder, Verdict } from "../dialect.ts";

/** The server gave up: so say Mistral and OpenRouter, Zhipu, DeepSeek, vLLM and SGLang. */
const FAILED = ["error", "network_error", "insufficient_system_resource", "abort"];
/** Also Zhipu's word, and Gemini's, which gateways hand on: `content_filter: RECITATION` too. */
const FILTERED =
  /^(content_filter|sensitive|(image_)?(safety|recitation|prohibited_content)|blocklist|spii|model_armor)\b/;

/** The judgement that the ends of an answer call for in every dialect, if any. */
export function judgeEndings(endings: readonly string[]): Verdict | undefined {
  const failed = endings.find((ending) => FAILED.includes(ending));
  if (failed) return no(failed);
  return endings.some((ending) => FILTERED.test(ending)) ? incomplete("content_filter") : undefined;
}

/** Watches an answer that is one JSON value; `judge` gets it, or `null` if it is no object. */
export function recordJson(judge: (answer: JsonObject | null) => Verdict): Recorder {
  const decoder = new TextDecoder();
  let text = "";
  return {
    push(bytes) {
      text += decoder.decode(bytes, { stream: true });
      return false; // Only the end tells.
    },
    verdict(ended) {
      if (!ended) return no("cut");
      text += decoder.decode();
      return judge(parseObject(text));
    },
  };
}

/** It is not stored. */
export function no(reason: string): Verdict {
  return { keep: "no", reason };
}

/** It is stored only where `storeIncomplete` is set. */
export function incomplete(reason: string): Verdict {
  return { keep: "incomplete", reason };
}

/** Reads JSON text; `null` if it is not that of an object. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value, if it is an object or an array; else one without members. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? value as JsonObject : {};
}

/** Whether there is no doubt what a member means that is no part of the key. */
export function isSwitch(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "boolean";
}

const MAX_WORDS = 80;

/** The beginning of what the user said last in a list of messages. */
export function firstWords(messages: readonly unknown[]): string {
  const { content } = asObject(messages.findLast((message) => asObject(message).role === "user"));
  const parts = Array.isArray(content) ? content.map(asObject) : [{ text: content }];
  const text = parts.find(({ text }) => typeof text === "string")?.text ?? "";
  const words = String(text).slice(0, 4 * MAX_WORDS).trim().replaceAll(/\s+/g, " ");
  const first = words.slice(0, MAX_WORDS);
  // Where there are surrogates it is shorter than so many characters, and may end within one.
  if (!/[\ud800-\udfff]/.test(first)) return first;
  return [...words.slice(0, 2 * MAX_WORDS)].slice(0, MAX_WORDS).join("");
}
