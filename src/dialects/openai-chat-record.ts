/**
 * The judgement on an answer of OpenAI chat completions.
 *
 * @module
 */

import type { Asked, JsonObject, Recorder, Usage, Verdict } from "../dialect.ts";
import { createSseParser, type SseEvent } from "../bytes/sse.ts";
import { incomplete, isObject, judgeEndings, no, parseObject, recordJson } from "./reading.ts";
import { recordToTerminator } from "./streams.ts";

/** The data of the last event of a stream. */
const DONE = "[DONE]";

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
  return recordJson((answer) => {
    const seen: Seen = { choices: new Map() };
    look(seen, answer, "message");
    return judge(seen, asked);
  });
}

/** Watches a stream; its terminator is the event `[DONE]`. */
export function recordStream(asked: Asked): Recorder {
  const seen: Seen = { choices: new Map() };

  function take({ name, data }: SseEvent): boolean {
    if (isTerminator(data)) return true;
    if (name === "error") seen.failure ??= "error";
    else look(seen, parseObject(data), "delta");
    return false;
  }

  return recordToTerminator(createSseParser(), take, () => {
    const verdict = judge(seen, asked);
    const finished = [...seen.choices.values()].every((reasons) => reasons.length > 0);
    return finished || verdict.keep === "no" ? verdict : { ...verdict, ...no("unfinished") };
  });
}

/** Whether this is the data of the last event. */
export function isTerminator(data: string): boolean {
  return data.trim() === DONE;
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
  const common = judgeEndings(reasons);
  if (common) return common;
  if (refused || reasons.includes("refusal")) return incomplete("refusal");
  if (reasons.includes(CUT_BY_CONTEXT)) return incomplete(CUT_BY_CONTEXT);
  const isCut = reasons.some((reason) => CUT_BY_LIMIT.includes(reason));
  return isCut && !limited ? incomplete("length") : { keep: "yes" };
}
