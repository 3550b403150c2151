/**
 * A dialect of the user's own whose faults end here: what it throws or answers wrongly is a bypass, a
 * miss or an answer that is not stored, and is told of.
 *
 * It gets copies only: what it does to them changes neither the call nor what is recorded.
 *
 * @module
 */

import { attemptFor } from "./attempt.ts";
import type { Dialect, Place } from "../dialect.ts";
import { guardRecorder } from "./guard-recorder.ts";
import {
  readAsked,
  readBoolean,
  readBytes,
  readJson,
  readReason,
  readTargetKey,
} from "./answers.ts";

/**
 * Guards a dialect.
 *
 * @param given the user's own.
 * @param own its name and its shape, checked.
 */
export function guardDialect(
  given: Dialect,
  own: Pick<Dialect, "name" | "shape" | "answers">,
): Dialect {
  const attempt = attemptFor(own.name);
  return {
    ...own,
    matches: (path) => attempt("matches", () => given.matches(path), readBoolean, "true or false"),
    ask(body, place) {
      const run = () => given.ask(structuredClone(body), copied(place));
      return attempt("ask", run, readAsked, ASKED);
    },
    target(target) {
      if (!given.target) return target;
      const run = () => given.target!(structuredClone(target));
      return attempt("target", run, readTargetKey, TARGET);
    },
    bypass(body, place) {
      const run = () => given.bypass?.(structuredClone(body), copied(place));
      return attempt("bypass", run, readReason, "a text that is not empty, or undefined");
    },
    record: (asked) => guardRecorder(() => given.record({ ...asked }), attempt),
    fit(answer, recorded, asked) {
      const run = () => given.fit(answer.slice(), structuredClone(recorded), { ...asked });
      return attempt("fit", run, readBytes, "a Uint8Array or null");
    },
    error(message, code) {
      const run = () => given.error(message, code);
      try {
        return attempt("error", run, readJson, "an object that JSON keeps unchanged");
      } catch {
        // The miss has to be said in some way.
        return { error: { message, code } };
      }
    },
  };
}

const ASKED = "null, or an object with form, usage, limited, words and maybe a model";
const TARGET = "an object with the texts origin and path, and maybe a query of lists of texts";

function copied({ path, query }: Place): Place {
  return { path, query: new URLSearchParams(query) };
}
