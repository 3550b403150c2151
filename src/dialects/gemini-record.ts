/**
 * The judgement on an answer of Gemini.
 *
 * @module
 */

import type { Asked, JsonObject, Recorder, Usage, Verdict } from "../dialect.ts";
import { createSseParser } from "../bytes/sse.ts";
import { asObject, incomplete, judgeEndings, no, parseObject, recordJson } from "./reading.ts";
import { recordToEnd } from "./streams.ts";

/** What has been seen of an answer. */
interface Seen {
  failure?: "error" | "unparsable";
  id?: unknown;
  usage?: Usage;
  /** The prompt was blocked; there are no candidates then. */
  blocked?: true;
  readonly candidates: Map<unknown, Candidate>;
}

interface Candidate {
  /** The reason in its last chunk: an earlier one says nothing, more may follow `STOP`. */
  ending: string;
  hasContent: boolean;
}

/** Watches an answer that is one JSON value. */
export function recordWhole(asked: Asked): Recorder {
  return recordJson((answer) => {
    const seen: Seen = { candidates: new Map() };
    look(seen, answer);
    return judge(seen, asked);
  });
}

/** Watches a stream. It has no terminator: in the recordings content follows a chunk with `STOP`. */
export function recordStream(asked: Asked): Recorder {
  const seen: Seen = { candidates: new Map() };

  // A stream that breaks off ends with the error as bare JSON, over several lines, in no event.
  function lookAtStray(line: string): void {
    seen.failure = line.includes('"error"') ? "error" : seen.failure ?? "unparsable";
  }

  return recordToEnd(
    createSseParser(lookAtStray),
    ({ data }) => look(seen, parseObject(data)),
    () => judge(seen, asked),
  );
}

/** Looks at a whole answer or at one chunk of a stream: they are alike. */
function look(seen: Seen, answer: JsonObject | null): void {
  if (answer === null) {
    seen.failure ??= "unparsable";
    return;
  }
  if (answer.error) seen.failure = "error";
  seen.id ??= answer.responseId;
  if (asObject(answer.promptFeedback).blockReason) seen.blocked = true;
  seen.usage = usageOf(answer.usageMetadata) ?? seen.usage;
  if (!Array.isArray(answer.candidates)) return;
  for (const [place, value] of answer.candidates.entries()) {
    const { index = place, content, finishReason } = asObject(value);
    const { parts } = asObject(content);
    const candidate = seen.candidates.get(index) ?? { ending: "", hasContent: false };
    candidate.ending = typeof finishReason === "string" ? finishReason.toLowerCase() : "";
    if (Array.isArray(parts) && parts.some(isContent)) candidate.hasContent = true;
    seen.candidates.set(index, candidate);
  }
}

/** Often the last chunk holds but an empty text, or the signature of the thoughts before it. */
function isContent(part: unknown): boolean {
  const { text, thought: _, thoughtSignature: __, ...rest } = asObject(part);
  return (text !== undefined && text !== "") || Object.keys(rest).length > 0;
}

/** Running totals, of which each chunk of a stream may have some. Zeros may be left out. */
function usageOf(figures: unknown): Usage | undefined {
  const {
    promptTokenCount: prompt,
    toolUsePromptTokenCount: tools = 0,
    candidatesTokenCount: answer = 0,
    thoughtsTokenCount: thoughts = 0,
  } = asObject(figures);
  if (typeof prompt !== "number") return undefined;
  return { input: prompt + Number(tools), output: Number(answer) + Number(thoughts) };
}

function judge(seen: Seen, asked: Asked): Verdict {
  const { id, usage } = seen;
  return {
    ...(typeof id === "string" && id !== "" && { id }),
    ...(usage && { usage }),
    ...conclude(seen, asked),
  };
}

const HARM = ["yes", "incomplete", "no"];

/** One candidate that is no answer spoils all of them. */
function conclude({ failure, blocked, candidates }: Seen, asked: Asked): Verdict {
  if (failure) return no(failure);
  if (candidates.size === 0) return blocked ? incomplete("content_filter") : no("no-candidates");
  return [...candidates.values()].map((candidate) => judgeCandidate(candidate, asked))
    .reduce((a, b) => HARM.indexOf(b.keep) > HARM.indexOf(a.keep) ? b : a);
}

/** Every reason but these is a failure: `MALFORMED_FUNCTION_CALL`, `OTHER`, `NO_IMAGE` … */
function judgeCandidate({ ending, hasContent }: Candidate, { limited }: Asked): Verdict {
  if (ending === "" || ending === "finish_reason_unspecified") return no("unfinished");
  const common = judgeEndings([ending]);
  if (common) return common;
  if (!["stop", "max_tokens", "continuation"].includes(ending)) return no(ending);
  if (!hasContent) return no("no-content");
  return ending === "stop" || (ending === "max_tokens" && limited)
    ? { keep: "yes" }
    : incomplete(ending);
}
