/**
 * A Deno KV with patience for other processes that use the same file.
 *
 * @module
 */

import { type Pause, pauseByTimer } from "./file-verbs.ts";
import type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey } from "./kv-shape.ts";

/** Tries, and the longest pause between two, in milliseconds: about two seconds in all. */
const TRIES = 45;
const LONGEST = 100;

/** How many values a KV gives at once. */
const MANY = 10;

/** How many it lists at once: it reads the values too. */
const PAGE = 100;

/** The verbs of a KV the store uses. */
export interface PatientKv {
  /** Reads a value. */
  get(key: DenoKvKey): Promise<DenoKvEntry>;
  /** Reads any number of values, not all of them at one moment. */
  getAll(keys: readonly DenoKvKey[]): Promise<unknown[]>;
  /**
   * Reads values that lie one after the other, as their keys are counted from 0 below a prefix: in a
   * third of the time that `getMany` takes. What is missing is `undefined`.
   */
  getRow(prefix: DenoKvKey, length: number): Promise<unknown[]>;
  /** Makes changes, all at once; `false` where a check said no. */
  commit(build: (change: DenoKvAtomic) => void): Promise<boolean>;
  /** Lists what begins with a key. */
  list(prefix: DenoKvKey): AsyncIterable<{ readonly key: readonly unknown[] }>;
}

/** Lends patience to a KV. */
export function patientKv(kv: DenoKv, pause?: Pause): PatientKv {
  return {
    get: (key) => whileLocked(() => kv.get(key), pause),
    async getAll(keys) {
      const parts = inParts(keys, MANY).map((part) => whileLocked(() => kv.getMany(part), pause));
      return (await Promise.all(parts)).flat().map(({ value }) => value);
    },
    getRow: (prefix, length) =>
      whileLocked(async () => {
        const row: unknown[] = Array.from({ length });
        for await (const { key, value } of kv.list({ prefix }, { limit: length })) {
          const at = Number(key[prefix.length]);
          if (at < length) row[at] = value;
        }
        return row;
      }, pause),
    async commit(build) {
      const { ok } = await whileLocked(() => {
        const change = kv.atomic();
        build(change);
        return change.commit();
      }, pause);
      return ok;
    },
    list: (prefix) => list(kv, prefix, pause),
  };
}

/** Lists page by page, because a listing that met a locked file cannot go on. */
async function* list(kv: DenoKv, prefix: DenoKvKey, pause?: Pause): AsyncGenerator<Listed> {
  let last: DenoKvKey | undefined;
  for (;;) {
    const from = last;
    const found = await whileLocked(() => page(kv, prefix, from), pause);
    for (const entry of found) {
      // A page begins with the last one of the page before, unless that was removed.
      if (!areSame(entry.key, from)) yield entry;
    }
    if (found.length < PAGE) return;
    last = found.at(-1)!.key as DenoKvKey;
  }
}

interface Listed {
  readonly key: readonly unknown[];
}

async function page(kv: DenoKv, prefix: DenoKvKey, start?: DenoKvKey): Promise<Listed[]> {
  const selector = start ? { prefix, start } : { prefix };
  const found: Listed[] = [];
  for await (const { key } of kv.list(selector, { limit: PAGE })) found.push({ key });
  return found;
}

function areSame(key: readonly unknown[], other: readonly unknown[] = []): boolean {
  return key.length === other.length && key.every((part, at) => part === other[at]);
}

/**
 * Acts, and tries again after a random pause where another process has the file.
 *
 * SQLite does not wait when a transaction that has read wants to write, and that is what a checked
 * commit is: with three processes a quarter of them fail at once.
 *
 * @throws what the last try throws.
 */
export async function whileLocked<T>(
  act: () => Promise<T>,
  pause: Pause = pauseByTimer,
): Promise<T> {
  for (let tries = 1; tries < TRIES; tries++) {
    try {
      return await act();
    } catch (error) {
      if (!isLocked(error)) throw error;
      await pause(Math.random() * Math.min(LONGEST, 2 ** tries));
    }
  }
  return await act();
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.message.includes("database is locked");
}

/** Cuts a list into shorter ones. */
export function inParts<T>(items: readonly T[], size: number): T[][] {
  const length = Math.ceil(items.length / size);
  return Array.from({ length }, (_, n) => items.slice(n * size, (n + 1) * size));
}
