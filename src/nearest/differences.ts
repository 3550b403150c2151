/**
 * How two key documents differ, field by field.
 *
 * @module
 */

/** What is missing on one side. */
const NOTHING = Symbol("nothing");

/** A value that is not the same in both. */
export interface RawDifference {
  /** The names on the way to it. */
  readonly path: readonly string[];
  /** Both values; `undefined` where there is none. */
  readonly asked: unknown;
  readonly stored: unknown;
  /** The same members or items, in another order. */
  readonly isOrder: boolean;
}

/** The differences of two documents, and how far apart they are: 1 for a value that is all different. */
export interface Comparison {
  readonly differences: readonly RawDifference[];
  readonly distance: number;
}

/**
 * Compares two JSON values.
 *
 * @param limit from which distance on nobody wants to know.
 * @returns `null` where they are as far apart as that, or farther.
 */
export function compare(asked: unknown, stored: unknown, limit: number): Comparison | null {
  const differences: RawDifference[] = [];
  let distance = 0;

  function note(path: readonly string[], a: unknown, b: unknown, isOrder = false): void {
    distance += isOrder ? ORDER : weightOf(a, b);
    const [asked, stored] = [a, b].map((value) => value === NOTHING ? undefined : value);
    differences.push({ path, asked, stored, isOrder });
  }

  function walk(a: unknown, b: unknown, path: readonly string[]): void {
    if (a === b || distance >= limit) return;
    if (Array.isArray(a) && Array.isArray(b)) return walkItems(a, b, path);
    if (isObject(a) && isObject(b)) return walkMembers(a, b, path);
    note(path, a, b);
  }

  function walkMembers(a: JsonObject, b: JsonObject, path: readonly string[]): void {
    const before = differences.length;
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      walk(memberOf(a, name), memberOf(b, name), [...path, name]);
    }
    const isSame = differences.length === before && distance < limit;
    // Only objects whose order counts have it in the document.
    if (isSame && Object.keys(a).join("\0") !== Object.keys(b).join("\0")) note(path, a, b, true);
  }

  function walkItems(a: readonly unknown[], b: readonly unknown[], path: readonly string[]): void {
    const [texts, others] = [a, b].map((items) => items.map((item) => JSON.stringify(item)));
    if (isReordered(texts!, others!)) return note(path, a, b, true);
    const [start, end] = common(texts!, others!);
    // What is the same at both ends is left aside: an item put in before it moves the rest.
    for (let at = start; at < Math.max(a.length, b.length) - end; at++) {
      const item = at < a.length - end ? a[at] : NOTHING;
      walk(item, at < b.length - end ? b[at] : NOTHING, [...path, String(at)]);
    }
  }

  walk(asked, stored, []);
  return distance < limit ? { differences, distance } : null;
}

const ORDER = 0.25;

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function memberOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : NOTHING;
}

function isReordered(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length || a.every((text, at) => text === b[at])) return false;
  const [one, other] = [a.toSorted(), b.toSorted()];
  return one.every((text, at) => text === other[at]);
}

/** Texts that differ in a word are near, and of near ones there may be many. */
function weightOf(a: unknown, b: unknown): number {
  if (typeof a !== "string" || typeof b !== "string") return 1;
  const [start, end] = common(a, b);
  return Math.max(0.01, 1 - (start + end) / Math.max(a.length, b.length));
}

/** How many items, or characters, are the same at the beginning and, of the rest, at the end. */
export function common(
  a: string | readonly string[],
  b: string | readonly string[],
): [start: number, end: number] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [start, end];
}
