/**
 * The judgement on an answer of OpenAI responses.
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

/** The events that close a stream with a whole answer, and those that close it without one. */
const LAST = ["response.completed", "response.incomplete"];
const FAILED = ["error", "response.error", "response.failed", "response.cancelled"];

/** What has been seen of an answer. */
interface Seen {
  failure?: string;
  response?: JsonObject;
  /** How many items of output there are. Some servers leave them out of the last event. */
  items: number;
  refused: boolean;
}

/** Watches an answer that is one JSON value. */
export function recordWhole(asked: Asked): Recorder {
  return recordJson((answer) => {
    const seen: Seen = { items: 0, refused: false };
    if (answer === null) seen.failure = "unparsable";
    else if (answer.object === "response") lookAtResponse(seen, answer);
    else seen.failure = answer.error ? "error" : "no-response";
    return judge(seen, asked);
  });
}

/** Watches a stream; its terminator is the event `response.completed` or `response.incomplete`. */
export function recordStream(asked: Asked): Recorder {
  const seen: Seen = { items: 0, refused: false };
  return recordToTerminator(
    createSseParser(),
    (event) => look(seen, event),
    () => judge(seen, asked),
  );
}

/** Looks at one event; tells whether it is the last. Kinds that are not known may come at any time. */
function look(seen: Seen, { name, data }: SseEvent): boolean {
  if (data.trim() === "[DONE]") return false; // Some servers add it.
  const event = parseObject(data);
  const type = String(event?.type ?? name);
  if (FAILED.includes(name) || FAILED.includes(type) || event?.error) seen.failure ??= "error";
  else if (event === null) seen.failure ??= "unparsable";
  else if (type === "response.output_item.done") lookAtItem(seen, event.item);
  if (isObject(event?.response)) lookAtResponse(seen, event.response);
  return LAST.includes(type);
}

/** The whole response, or what is known of it so far. */
function lookAtResponse(seen: Seen, response: JsonObject): void {
  seen.response = response;
  if (response.error) seen.failure ??= "error";
  if (Array.isArray(response.output)) response.output.forEach((item) => lookAtItem(seen, item));
}

function lookAtItem(seen: Seen, item: unknown): void {
  seen.items++;
  const { content } = asObject(item);
  if (!Array.isArray(content)) return;
  if (content.some((part) => asObject(part).type === "refusal")) seen.refused = true;
}

function judge(seen: Seen, asked: Asked): Verdict {
  const { id, usage } = seen.response ?? {};
  const { input_tokens: input, output_tokens: output } = asObject(usage);
  return {
    ...(typeof id === "string" && id !== "" && { id }),
    ...(typeof input === "number" && typeof output === "number" && { usage: { input, output } }),
    ...conclude(seen, asked),
  };
}

function conclude({ failure, response, items, refused }: Seen, { limited }: Asked): Verdict {
  if (failure) return no(failure);
  if (!response) return no("no-response");
  const status = String(response.status);
  if (status === "failed") return no("error");
  if (status !== "completed" && status !== "incomplete") return no("unfinished");
  const reason = asObject(response.incomplete_details).reason;
  const ending = status === "completed" ? "" : String(reason ?? status);
  const common = judgeEndings([ending]);
  if (common) return common;
  if (items === 0) return no("no-output");
  if (refused) return incomplete("refusal");
  const isLimit = ending === "max_output_tokens" && limited;
  return ending === "" || isLimit ? { keep: "yes" } : incomplete(ending);
}
