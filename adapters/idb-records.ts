/**
 * How an entry lies in an object store of the browser:
 *
 * ```text
 * KEY          the value, where it is no longer than 256 KiB; else { head }, its first 32 KiB
 * meta:KEY     [time, size, line]: what a listing tells, so that it reads no values
 * value:KEY    a longer value, whole
 * ```
 *
 * They are written and removed in one transaction, so they belong together whatever happens; only over a
 * longer value a shorter one leaves `value:KEY`, which nothing reads then. Keys begin with a hex digit,
 * so they come before the prefixes.
 *
 * @module
 */

import { promisifyRequest } from "idb-keyval";

/** When a value was set, in milliseconds since 1970, its size in bytes, and its first line. */
export type Meta = readonly [time: number, size: number, line: Uint8Array];

/** The record of a long value. */
interface Long {
  readonly head: Uint8Array;
}

/** Above this a value has a head of its own, so that a hit does not read all of it. */
const LONG = 256 << 10;
/** More than a hit asks for at first. */
const HEAD = 32 << 10;
/** Line 1 of an entry takes some 600 bytes. */
const LONGEST_LINE = 8 << 10;
const LINE_FEED = 10;

const META = "meta:";
const VALUE = "value:";

/** Whether a value of this size has a head of its own. */
export function isLong(size: number): boolean {
  return size > LONG;
}

/**
 * Asks for a value to be written, whole. To ask for the deletion of a `value:KEY` that is hardly ever there
 * would cost a short write up to half as much again: it goes with the entry, or when entries are listed.
 */
export function put(records: IDBObjectStore, key: string, value: Uint8Array, time: number): void {
  const long: Long | undefined = isLong(value.length) ? { head: value.slice(0, HEAD) } : undefined;
  records.put(metaOf(value, time), META + key);
  records.put(long ?? value, key);
  if (long) records.put(value, VALUE + key);
}

/** Makes the records of a value whole again, and removes what belongs to none. */
export async function mend(records: IDBObjectStore, key: string, time: number): Promise<void> {
  const value = await read(records, key, Infinity);
  remove(records, key);
  if (value) put(records, key, value, time);
}

/** Asks for everything of a value to be removed. */
export function remove(records: IDBObjectStore, key: string): void {
  for (const prefix of ["", META, VALUE]) records.delete(prefix + key);
}

/** Reads at least the first bytes of a value. */
export async function read(
  records: IDBObjectStore,
  key: string,
  bytes: number,
): Promise<Uint8Array | null> {
  const found: unknown = await promisifyRequest(records.get(key));
  if (found instanceof Uint8Array) return found;
  const { head } = (found ?? {}) as Partial<Long>;
  if (!(head instanceof Uint8Array)) return null;
  if (bytes <= head.length) return head;
  const value: unknown = await promisifyRequest(records.get(VALUE + key));
  return value instanceof Uint8Array ? value : null;
}

/** What a listing tells of a value; of one whose first line is too long, no line. */
function metaOf(value: Uint8Array, time: number): Meta {
  const end = value.subarray(0, LONGEST_LINE).indexOf(LINE_FEED) + 1;
  return [time, value.length, value.slice(0, end)];
}

/** The keys of values; of those of which something is told; of those that have a record `value:KEY`. */
export type Kind = "held" | "told" | "long";

/** Lists keys; this reads no values. */
export async function keysOf(records: IDBObjectStore, kind: Kind): Promise<string[]> {
  const prefix = { held: "", told: META, long: VALUE }[kind];
  const range = prefix === "" ? IDBKeyRange.upperBound(META, true) : after(prefix);
  const found = await promisifyRequest(records.getAllKeys(range));
  return found.map((name) => String(name).slice(prefix.length));
}

/** Names that begin with a prefix, those after the one of a key. */
function after(prefix: string, key = ""): IDBKeyRange {
  return IDBKeyRange.bound(prefix + key, `${prefix}~`, true, true);
}

/** Reads what a listing tells of the next so many values after a key. */
export async function metasAfter(
  records: IDBObjectStore,
  key: string,
  count: number,
): Promise<[key: string, meta: Meta][]> {
  const range = after(META, key);
  const [found, metas] = await Promise.all([
    promisifyRequest(records.getAllKeys(range, count)),
    promisifyRequest<Meta[]>(records.getAll(range, count)),
  ]);
  return found.map((name, at) => [String(name).slice(META.length), metas[at]!]);
}
