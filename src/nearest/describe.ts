/**
 * What a search for the nearest request found, in words, and in no more than so many.
 *
 * @module
 */

import type { Difference, DifferenceCause } from "./causes.ts";
import { common } from "./differences.ts";
import type { Search } from "./nearest.ts";

/** How many differences are told, and how much of a value, in characters. */
const MOST_TOLD = 5;
const MOST_SHOWN = 90;
/** What stands before the first character that differs. */
const LEAD = 20;

/** Tells which stored request comes nearest, and in what it differs; one line, for SDKs quote it. */
export function describe({ nearest, compared, unkept, isAll }: Search, dialect: string): string {
  const lost = unkept === 0
    ? ""
    : ` ${count(unkept, `more ${dialect} request`)} stored without the request itself ` +
      "(`storeRequest: false`) cannot be compared.";
  if (!nearest) return `No ${dialect} request to compare it with is stored.${lost}`;
  const { differences, recordedAt } = nearest;
  const which = compared === 1
    ? `The only stored ${dialect} request`
    : `The nearest of ${compared} stored ${dialect} requests`;
  const one = `${which}${isAll ? "" : " that were looked at"}, recorded ` +
    `${new Date(recordedAt).toISOString()},`;
  if (differences.length === 0) {
    return `${one} is the same in all that was kept: a value of the URL's query that is not shown ` +
      `may differ, or the hooks.${lost}`;
  }
  const told = differences.slice(0, MOST_TOLD).map(describeDifference);
  const rest = differences.length - told.length;
  if (rest > 0) told.push(`and ${count(rest, "more difference")}`);
  return `${one} differs: ${told.join("; ")}.${lost}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

const CAUSES: Readonly<Record<DifferenceCause, string>> = {
  timestamp: " (a timestamp)",
  id: " (an id)",
  order: " (the order)",
  whitespace: " (white space)",
  model: " (the model)",
  namespace: " (another namespace)",
  sample: " (another sample)",
  "key-version": " (another version of llmcache)",
  target: " (another place)",
  header: " (a header)",
  added: "",
  missing: "",
  value: "",
};

/** Tells in what a field differs. */
export function describeDifference({ path, asked, stored, cause }: Difference): string {
  if (cause === "order") return `${path} in another order`;
  return `${path} asked ${shown(asked, stored)}, stored ${shown(stored, asked)}${CAUSES[cause]}`;
}

/** A value as far as it is told: of a long text what differs from the other one. */
function shown(value: unknown, other: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "string" || typeof other !== "string") return cut(JSON.stringify(value), 0);
  return JSON.stringify(cut(value, common(value, other)[0] - LEAD));
}

/** Whole characters only: half of a surrogate pair is no text. */
function cut(text: string, from: number): string {
  if (text.length <= MOST_SHOWN) return text;
  const start = Math.max(0, Math.min(from, text.length - MOST_SHOWN));
  const part = text.slice(start, start + MOST_SHOWN).replace(
    /^[\udc00-\udfff]|[\ud800-\udbff]$/g,
    "",
  );
  return `${start > 0 ? "…" : ""}${part}${start + MOST_SHOWN < text.length ? "…" : ""}`;
}
