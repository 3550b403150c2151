/**
 * The judgement on an answer of OpenAI chat completions.
 *
 * @module
 */

import type { Asked, JsonObject, Recorder, Usage, Verdict } from "../dialect.ts";
import { createSseParser, type SseEvent } from "../sse.ts";

/** The data of the last event of a stream. */
const DONE = "[DONE]";

/** The server gave up: so say Mistral and OpenRouter, Zhipu, DeepSeek, vLLM and SGLang. */
const FAILED = ["error", "network_error", "insufficient_system_resource", "abort"];
/** Also Zhipu's word, and Gemini's, which gateways hand on: `content_filter: RECITATION` too. */
const FILTERED = /^(content_filter|sensitive|safety|recitation|prohibited_content)\b/;
/** The end of the context window to Mistral: no request sets that. */
const CUT_BY_CONTEXT = "model_length";
const CUT_BY_LIMIT = ["length", "max_tokens"];

/** What has been seen of an answer. */
interface Seen {
  id?: string;
  usage?: Usage;
  failure?: "error" | "unparsable";
  refused?: true;
  /** For each choice the reasons it finished with. */
  readonly choices: Map<unknown, string[]>;
}

/** Watches an answer that is one JSON value. */
export function recordWhole(asked: Asked): Recorder {
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
      const seen: Seen = { choices: new Map() };
      look(seen, parseObject(text), "message");
      return judge(seen, asked);
    },
  };
}

/** Watches a stream; its terminator is the event `[DONE]`. */
export function recordStream(asked: Asked): Recorder {
  const parser = createSseParser();
  const seen: Seen = { choices: new Map() };
  let isDone = false;

  function take({ name, data }: SseEvent): void {
    if (isDone) return;
    if (isTerminator(data)) isDone = true;
    else if (name === "error") seen.failure ??= "error";
    else look(seen, parseObject(data), "delta");
  }

  return {
    push(bytes) {
      if (!isDone) parser.push(bytes).forEach(take);
      return isDone;
    },
    verdict(ended) {
      // The standard drops an event without its blank line; as the last one it says enough.
      if (ended && !isDone) isDone = parser.end().some(({ data }) => isTerminator(data));
      const verdict = judge(seen, asked);
      if (verdict.reason === "error") return verdict;
      if (!isDone) return { ...verdict, ...no("cut") };
      if (verdict.keep === "no") return verdict;
      const finished = [...seen.choices.values()].every((reasons) => reasons.length > 0);
      return finished ? verdict : { ...verdict, ...no("unfinished") };
    },
  };
}

/** Whether this is the data of the last event. */
export function isTerminator(data: string): boolean {
  return data.trim() === DONE;
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

/** Looks at a whole answer or at one chunk of a stream. */
function look(seen: Seen, answer: JsonObject | null, part: "message" | "delta"): void {
  if (answer === null) {
    seen.failure ??= "unparsable";
    return;
  }
  if (isError(answer)) seen.failure ??= "error";
  if (typeof answer.id === "string" && answer.id !== "") seen.id ??= answer.id;
  noteUsage(seen, answer.usage);
  if (isObject(answer.x_groq)) noteUsage(seen, answer.x_groq.usage);
  if (!Array.isArray(answer.choices)) return;
  for (const [place, choice] of answer.choices.entries()) lookAtChoice(seen, choice, place, part);
}

function lookAtChoice(seen: Seen, choice: unknown, place: number, part: "message" | "delta") {
  const content = isObject(choice) ? choice[part] : undefined;
  if (!isObject(choice) || (part === "message" && !isObject(content))) {
    seen.failure ??= "unparsable";
    return;
  }
  if (isError(choice)) seen.failure ??= "error"; // OpenRouter has it here.
  noteUsage(seen, choice.usage); // Moonshot, in a stream.
  const index = choice.index ?? place;
  const reasons = seen.choices.get(index) ?? [];
  seen.choices.set(index, reasons);
  const { finish_reason: reason } = choice;
  if (typeof reason === "string" && reason !== "") reasons.push(reason.toLowerCase());
  if (isObject(content) && typeof content.refusal === "string" && content.refusal !== "") {
    seen.refused = true;
  }
}

/** Some servers say `error: null` in every answer. */
function isError({ error, object, type }: JsonObject): boolean {
  return Boolean(error) || object === "error" || type === "error";
}

function noteUsage(seen: Seen, usage: unknown): void {
  if (!isObject(usage)) return;
  const { prompt_tokens: input, completion_tokens: output } = usage;
  if (typeof input === "number" && typeof output === "number") seen.usage = { input, output };
}

function judge(seen: Seen, asked: Asked): Verdict {
  const facts = { ...(seen.id && { id: seen.id }), ...(seen.usage && { usage: seen.usage }) };
  return { ...facts, ...conclude(seen, asked) };
}

function conclude({ failure, choices, refused }: Seen, { limited }: Asked): Verdict {
  if (failure) return no(failure);
  if (choices.size === 0) return no("no-choices");
  const reasons = [...choices.values()].flat();
  const failed = reasons.find((reason) => FAILED.includes(reason));
  if (failed) return no(failed);
  if (reasons.some((reason) => FILTERED.test(reason))) return incomplete("content_filter");
  if (refused || reasons.includes("refusal")) return incomplete("refusal");
  if (reasons.includes(CUT_BY_CONTEXT)) return incomplete(CUT_BY_CONTEXT);
  const isCut = reasons.some((reason) => CUT_BY_LIMIT.includes(reason));
  return isCut && !limited ? incomplete("length") : { keep: "yes" };
}

function no(reason: string): Verdict {
  return { keep: "no", reason };
}

function incomplete(reason: string): Verdict {
  return { keep: "incomplete", reason };
}
