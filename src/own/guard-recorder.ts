/**
 * A recorder of the user's own: where it fails, the answer goes to the caller and is not stored.
 *
 * @module
 */

import { type Attempt, DialectFault, orFault } from "./attempt.ts";
import type { Recorder } from "../dialect.ts";
import { readBoolean, readRecorder, readVerdict } from "./answers.ts";

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

  const given = unlessFaulty(() => attempt("record", begin, readRecorder, RECORDER), null);
  return {
    // What it gets is a copy: the bytes go on to the store and to the caller.
    push: (bytes) =>
      unlessFaulty(
        () => attempt("push", () => given!.push(bytes.slice()), readBoolean, "true or false"),
        false,
      ),
    hasFailed: () =>
      unlessFaulty(
        () =>
          attempt("hasFailed", () => given!.hasFailed?.() ?? false, readBoolean, "true or false"),
        false,
      ),
    verdict(ended) {
      const verdict = unlessFaulty(
        () => attempt("verdict", () => given!.verdict(ended), readVerdict, VERDICT),
        null,
      );
      return verdict ?? { keep: "no", reason: "dialect-fault", hint: fault! };
    },
  };
}

const RECORDER = "an object with push and verdict";
const VERDICT =
  'an object with keep ("yes", "incomplete" or "no") and maybe reason, hint, id, usage';
