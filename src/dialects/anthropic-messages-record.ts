/**
 * The judgement on an answer of Anthropic messages.
 *
 * @module
 */

import type { Asked, JsonObject, Recorder, Verdict } from "../dialect.ts";
import { createSseParser, type SseEvent } from "../bytes/sse.ts";
import {
  asObject,
  incomplete,
  isObject,
  judgeEndings,
  no,
  parseObject,
  recordJson,
} from "./reading.ts";
import { recordToTerminator } from "./streams.ts";

/** No request sets where the context window ends. */
const INCOMPLETE = ["refusal", "model_context_window_exceeded"];

/** What has been seen of an answer. */
interface Seen {
  failure?: string;
  id?: unknown;
  /** How many blocks of content there are; `undefined` before the message begins. */
  blocks?: number;
  ending?: unknown;
  usage: JsonObject;
}

/** Watches an answer that is one JSON value. */
export function recordWhole(asked: Asked): Recorder {
  return recordJson((answer) => {
    const seen: Seen = { usage: {} };
    if (answer === null) seen.failure = "unparsable";
    else if (isError(answer)) seen.failure = "error";
    else if (answer.type === "message") lookAtMessage(seen, answer);
    return judge(seen, asked);
  });
}

/** Watches a stream; its terminator is the event `message_stop`. */
export function recordStream(asked: Asked): Recorder {
  const seen: Seen = { usage: {} };
  return recordToTerminator(
    createSseParser(),
    (event) => look(seen, event),
    () => judge(seen, asked),
  );
}

/** Looks at one event; tells whether it is the last. Kinds that are not known may come at any time. */
function look(seen: Seen, { name, data }: SseEvent): boolean {
  if (data.trim() === "[DONE]") return false; // Gateways add it.
  const event = parseObject(data);
  if (name === "error" || (event && isError(event))) seen.failure ??= "error";
  else if (event === null) seen.failure ??= "unparsable";
  else if (event.type === "message_start") lookAtMessage(seen, asObject(event.message));
  else if (event.type === "content_block_start" && seen.blocks !== undefined) seen.blocks++;
  else if (event.type === "message_delta") lookAtDelta(seen, event);
  return event?.type === "message_stop";
}

/** The whole message, or what is known of it when it begins. */
function lookAtMessage(seen: Seen, message: JsonObject): void {
  seen.id ??= message.id;
  if (!Array.isArray(message.content)) seen.failure ??= "unparsable";
  else seen.blocks = message.content.length;
  seen.ending = message.stop_reason;
  noteUsage(seen, message.usage);
}

function lookAtDelta(seen: Seen, { delta, usage }: JsonObject): void {
  seen.ending = asObject(delta).stop_reason ?? seen.ending;
  noteUsage(seen, usage);
}

function isError({ type, error }: JsonObject): boolean {
  return type === "error" || Boolean(error);
}

/** The figures of a stream are running totals, and its last ones may leave out the input. */
function noteUsage(seen: Seen, usage: unknown): void {
  if (!isObject(usage)) return;
  const figures = Object.entries(usage).filter(([, figure]) => typeof figure === "number");
  seen.usage = { ...seen.usage, ...Object.fromEntries(figures) };
}

function judge(seen: Seen, asked: Asked): Verdict {
  const { id } = seen;
  const facts = typeof id === "string" && id !== "" ? { id } : {};
  return { ...facts, ...usageOf(seen), ...conclude(seen, asked) };
}

/** `input_tokens` leaves out what was written to or read from the provider's own prompt cache. */
function usageOf({ usage }: Seen): Pick<Verdict, "usage"> {
  const { input_tokens: input, output_tokens: output } = usage;
  if (typeof input !== "number" || typeof output !== "number") return {};
  const { cache_creation_input_tokens: written = 0, cache_read_input_tokens: read = 0 } = usage;
  return { usage: { input: input + Number(written) + Number(read), output } };
}

function conclude({ failure, blocks, ending }: Seen, { limited }: Asked): Verdict {
  if (failure) return no(failure);
  if (blocks === undefined) return no("no-message");
  if (typeof ending !== "string" || ending === "") return no("unfinished");
  const common = judgeEndings([ending]);
  if (common) return common;
  if (INCOMPLETE.includes(ending)) return incomplete(ending);
  if (blocks === 0) return no("no-content");
  return ending === "max_tokens" && !limited ? incomplete(ending) : { keep: "yes" };
}
