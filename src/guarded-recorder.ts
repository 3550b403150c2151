/**
 * A recorder of the user's own: where it fails, the answer goes to the caller and is not stored.
 *
 * @module
 */

import { type Attempt, DialectFault, orFault } from "./attempt.ts";
import type { Recorder, Usage, Verdict } from "./dialect.ts";

/** Guards the recorder that `begin` makes. After its first fault it is not asked again. */
export function guardRecorder(begin: () => Recorder, attempt: Attempt): Recorder {
  let fault: string | undefined;

  function unlessFaulty<T>(run: () => T, otherwise: T): T {
    if (fault !== undefined) return otherwise;
    const result = orFault(run);
    if (!(result instanceof DialectFault)) return result;
    fault = result.message;
    return otherwise;
  }

  const given = unlessFaulty(() => attempt("record", begin, isRecorder, RECORDER), null);
  return {
    // What it gets is a copy: the bytes go on to the store and to the caller.
    push: (bytes) =>
      unlessFaulty(
        () => attempt("push", () => given!.push(bytes.slice()), isBoolean, "true or false"),
        false,
      ),
    hasFailed: () =>
      unlessFaulty(
        () => attempt("hasFailed", () => given!.hasFailed?.() ?? false, isBoolean, "true or false"),
        false,
      ),
    verdict(ended) {
      const verdict = unlessFaulty(
        () => pick(attempt("verdict", () => given!.verdict(ended), isVerdict, VERDICT)),
        null,
      );
      return verdict ?? { keep: "no", reason: "dialect-fault", hint: fault! };
    },
  };
}

const RECORDER = "an object with push and verdict";
const VERDICT =
  'an object with keep ("yes", "incomplete" or "no") and maybe reason, hint, id, usage';

const isString = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

function isRecorder(value: unknown): value is Recorder {
  const { push, verdict } = Object(value) as Partial<Recorder>;
  return typeof push === "function" && typeof verdict === "function";
}

const KEEPS: readonly unknown[] = ["yes", "incomplete", "no"];

function isVerdict(value: unknown): value is Verdict {
  const { keep, reason, hint, id, usage } = Object(value) as Partial<Verdict>;
  const texts = [reason, hint, id].every((text) => text === undefined || isString(text));
  return KEEPS.includes(keep) && texts && (usage === undefined || isUsage(usage));
}

function isUsage(value: unknown): value is Usage {
  const { input, output } = Object(value) as Partial<Usage>;
  return Number.isFinite(input) && Number.isFinite(output);
}

/** Nothing but what is known goes into the entry and the events. */
function pick({ keep, reason, hint, id, usage }: Verdict): Verdict {
  return {
    keep,
    ...(reason !== undefined && { reason }),
    ...(hint !== undefined && { hint }),
    ...(id !== undefined && { id }),
    ...(usage && { usage: pickUsage(usage) }),
  };
}

function pickUsage({ input, output }: Usage): Usage {
  return { input, output };
}
