/**
 * A dialect of the user's own whose faults end here: what it throws or answers wrongly is a bypass, a
 * miss or an answer that is not stored, and is told of.
 *
 * It gets copies only: what it does to them changes neither the call nor what is recorded.
 *
 * @module
 */

import { attemptFor } from "./attempt.ts";
import type { Asked, Dialect, JsonObject, Place } from "./dialect.ts";
import { guardRecorder } from "./guarded-recorder.ts";
import { toJson } from "./json.ts";
import { isObject } from "./rules.ts";
import type { TargetKey } from "./target.ts";

/**
 * Guards a dialect.
 *
 * @param given the user's own.
 * @param own its name and its shape, checked.
 */
export function guardDialect(given: Dialect, own: Pick<Dialect, "name" | "shape">): Dialect {
  const attempt = attemptFor(own.name);
  return {
    ...own,
    matches: (path) => attempt("matches", () => given.matches(path), isBoolean, "true or false"),
    ask(body, place) {
      const run = () => given.ask(structuredClone(body), copied(place));
      const asked = attempt("ask", run, isAskedOrNull, ASKED);
      return asked && pickAsked(asked);
    },
    target(target) {
      if (!given.target) return target;
      const run = () => given.target!(structuredClone(target));
      const { origin, path, query } = attempt("target", run, isTarget, TARGET);
      return { origin, path, ...(query && { query }) };
    },
    bypass(body, place) {
      const run = () => given.bypass?.(structuredClone(body), copied(place));
      return attempt("bypass", run, isReason, "a text that is not empty, or undefined");
    },
    record: (asked) => guardRecorder(() => given.record({ ...asked }), attempt),
    fit(answer, recorded, asked) {
      const run = () => given.fit(answer.slice(), { ...recorded }, { ...asked });
      return attempt("fit", run, isBytesOrNull, "a Uint8Array or null");
    },
    error(message, code) {
      const run = () => given.error(message, code);
      try {
        return attempt("error", run, isJsonObject, "an object that JSON keeps unchanged");
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

function pickAsked({ form, model, usage, limited, words }: Asked): Asked {
  const known = { form, usage, limited, words: words.slice(0, 80) };
  return model === undefined ? known : { ...known, model };
}

const isString = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isReason = (value: unknown): value is string | undefined =>
  value === undefined || (isString(value) && value !== "");
const isBytesOrNull = (value: unknown): value is Uint8Array | null =>
  value === null || value instanceof Uint8Array;
const isJsonObject = (value: unknown): value is JsonObject =>
  isObject(value) && toJson(value) !== undefined;

function isAskedOrNull(value: unknown): value is Asked | null {
  if (value === null) return true;
  const { form, model, usage, limited, words } = Object(value) as Partial<Asked>;
  return (form === "whole" || form === "stream") && isBoolean(usage) && isBoolean(limited) &&
    isString(words) && (model === undefined || isString(model));
}

function isTarget(value: unknown): value is TargetKey {
  const { origin, path, query = [] } = Object(value) as Partial<TargetKey>;
  const isParameter = (parameter: unknown) => Array.isArray(parameter) && parameter.every(isString);
  return isString(origin) && isString(path) && Array.isArray(query) && query.every(isParameter);
}
