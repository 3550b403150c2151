/**
 * The judgement on an answer of Ollama.
 *
 * @module
 */

import type { Asked, JsonObject, Recorder, Usage, Verdict } from "../dialect.ts";
import { createLineParser } from "../bytes/ndjson.ts";
import { asObject, incomplete, judgeEndings, no, parseObject, recordJson } from "./reading.ts";
import { recordToTerminator } from "./streams.ts";

/** What has been seen of an answer. */
interface Seen {
  failure?: "error" | "unparsable";
  hasContent: boolean;
  /** The last value, which says how it ended. */
  last?: JsonObject;
}

/** Watches an answer that is one JSON value. */
export function recordWhole(asked: Asked): Recorder {
  return recordJson((answer) => {
    const seen: Seen = { hasContent: false };
    look(seen, answer);
    return judge(seen, asked);
  });
}

/** Watches a stream; its terminator is the line with `"done":true`. */
export function recordStream(asked: Asked): Recorder {
  const seen: Seen = { hasContent: false };
  return recordToTerminator(
    createLineParser(),
    (line) => look(seen, parseObject(line)),
    () => judge(seen, asked),
  );
}

/** Looks at a whole answer or at one line of a stream; tells whether it is the last. */
function look(seen: Seen, answer: JsonObject | null): boolean {
  if (answer === null) {
    seen.failure ??= "unparsable";
    return false;
  }
  // A failure in the middle of a stream is a line of its own.
  if (answer.error) seen.failure = "error";
  if (hasContent(answer) || hasContent(asObject(answer.message))) seen.hasContent = true;
  if (answer.done !== true) return false;
  seen.last = answer;
  return true;
}

/** What `/api/chat` has in a message, `/api/generate` has in the answer itself. */
function hasContent(
  { content, response, thinking, tool_calls: calls, image }: JsonObject,
): boolean {
  const texts = [content, response, thinking, image];
  return texts.some((text) => typeof text === "string" && text !== "") ||
    (Array.isArray(calls) && calls.length > 0);
}

function judge(seen: Seen, asked: Asked): Verdict {
  const usage = usageOf(seen.last);
  return { ...(usage && { usage }), ...conclude(seen, asked) };
}

/** Ollama leaves out what is 0. */
function usageOf(last: JsonObject = {}): Usage | undefined {
  const { prompt_eval_count: input = 0, eval_count: output } = last;
  return typeof input === "number" && typeof output === "number" ? { input, output } : undefined;
}

/** Without a reason the connection to the model broke off; `load` and `unload` are no answers. */
function conclude({ failure, last, hasContent }: Seen, { limited }: Asked): Verdict {
  if (failure) return no(failure);
  const ending = last?.done_reason;
  if (typeof ending !== "string" || ending === "") return no("unfinished");
  const common = judgeEndings([ending]);
  if (common) return common;
  if (ending !== "stop" && ending !== "length") return no(ending);
  if (!hasContent) return no("no-content");
  return ending === "length" && !limited ? incomplete(ending) : { keep: "yes" };
}
