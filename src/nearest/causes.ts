/**
 * Why two requests that look the same are not: what a difference most likely comes from.
 *
 * @module
 */

import type { RawDifference } from "./differences.ts";

/** What a difference most likely comes from. */
export type DifferenceCause =
  /** A date or a time of day. */
  | "timestamp"
  /** Something made up anew in each run: a UUID, a call's id, the name of a temporary file. */
  | "id"
  /** The same items, or members, in another order: tools, above all. */
  | "order"
  /** Only spaces and line ends. */
  | "whitespace"
  | "model"
  | "namespace"
  | "sample"
  /** It was stored by another version of this library. */
  | "key-version"
  /** It went to another place. */
  | "target"
  | "header"
  /** It is only in the request that was asked, or only in the stored one. */
  | "added"
  | "missing"
  /** Another value. */
  | "value";

/** A field in which a stored request is another than the one that was asked. */
export interface Difference {
  /** Where, in the words of the option `ignore`: `body.messages.1.content`. */
  readonly path: string;
  /** The value that was asked, as it counts; `undefined` where there is none. */
  readonly asked?: unknown;
  /** The value of the stored request. */
  readonly stored?: unknown;
  /** What it most likely comes from. */
  readonly cause: DifferenceCause;
}

/** Names the likely cause of a difference. */
export function explain(difference: RawDifference): Difference {
  const { path, asked, stored } = difference;
  return {
    path: path.join("."),
    ...(asked !== undefined && { asked }),
    ...(stored !== undefined && { stored }),
    cause: causeOf(difference),
  };
}

/** A hook may make a document of anything, so the names are not those of an object. */
const ROOTS: ReadonlyMap<string | undefined, DifferenceCause> = new Map([
  ["v", "key-version"],
  ["namespace", "namespace"],
  ["sample", "sample"],
  ["headers", "header"],
]);

function causeOf({ path, asked, stored, isOrder }: RawDifference): DifferenceCause {
  const root = ROOTS.get(path[0]);
  if (root) return root;
  if (path[0] === "target") return isModelPath(asked, stored) ? "model" : "target";
  if (isOrder) return "order";
  if (path.length === 2 && path[1] === "model") return "model";
  if (stored === undefined) return "added";
  if (asked === undefined) return "missing";
  if (isEpoch(asked) && isEpoch(stored)) return "timestamp";
  if (typeof asked !== "string" || typeof stored !== "string") return "value";
  return causeOfText(asked, stored, path.at(-1) ?? "");
}

function causeOfText(asked: string, stored: string, name: string): DifferenceCause {
  const same = (mask: (text: string) => string) => mask(asked) === mask(stored);
  if (same((text) => text.replaceAll(/\s+/g, " ").trim())) return "whitespace";
  if (same(withoutTimes)) return "timestamp";
  if (/(^|_)id$|[a-z]Id$/.test(name)) return "id";
  if (!same((text) => withoutIds(withoutTimes(text)))) return "value";
  // A time beside an id is what changes with every call.
  return same((text) => `${text.match(TIMES)}`) ? "id" : "timestamp";
}

/** Gemini has the model in the path. */
function isModelPath(...paths: unknown[]): boolean {
  return paths.every((path) => typeof path === "string" && /\/models\/[^/]+$/.test(path));
}

/** Seconds or milliseconds since 1970, between 2001 and 2096. */
function isEpoch(value: unknown): boolean {
  const seconds = Number(value) > 1e11 ? Number(value) / 1000 : Number(value);
  return typeof value !== "boolean" && seconds >= 1e9 && seconds < 4e9;
}

const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
const TIMES = new RegExp(
  [
    "\\d{4}-\\d\\d-\\d\\d(?:[t ]\\d\\d:?\\d\\d(?::?\\d\\d(?:[.,]\\d+)?)?)?(?:z|[+-]\\d\\d:?\\d\\d)?",
    `${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?`,
    `\\d{1,2}(?:st|nd|rd|th|\\.)?\\s+${MONTH}(?:,?\\s+\\d{4})?`,
    "\\d{1,4}[/.]\\d{1,2}[/.]\\d{1,4}",
    "\\d{1,2}:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?:\\s?[ap]m)?",
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    "(?:mon|tue|wed|thu|fri|sat|sun)(?=,)",
    "[12]\\d{9}(?:\\d{3})?",
  ].map((source) => `(?<!\\w)${source}(?!\\w)`).join("|"),
  "gi",
);

const withoutTimes = (text: string) => text.replaceAll(TIMES, "<time>");

/**
 * A word of eight or more with a digit in it, dashes included. Looked at from its beginning only: from
 * each of its letters, 1 MB without a digit would take hours.
 */
const withoutIds = (text: string) => text.replaceAll(/(?<![\w-])(?=[a-z_-]*\d)[\w-]{8,}/gi, "<id>");
