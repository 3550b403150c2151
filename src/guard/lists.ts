/**
 * What a store lists, whose faults end here.
 *
 * @module
 */

import type { OnFault } from "./guard.ts";
import type { Lines } from "../upkeep/listing.ts";
import type { Wait } from "../options/options.ts";
import type { CacheStore } from "../store.ts";
import { isKey } from "../bytes/store-key.ts";
import { within } from "../time/within.ts";

/** How much comes at a time: one limit of time for each of 100 000 would cost half a second. */
const BATCH = 256;

/** The lists of a store; what is in them and should not be is left out. */
export interface GuardedLists {
  /** Lists the keys, some at a time; a fault ends the list early. */
  keys(onFault: OnFault): AsyncIterable<string[]>;
  /** Lists keys and first lines in the same way, where the store keeps these apart. */
  lines?(onFault: OnFault): AsyncIterable<(readonly [string, Uint8Array])[]>;
}

/** Puts a guard before the lists of a store. */
export function guardLists(
  store: CacheStore & Partial<Lines>,
  timeout: number,
  wait: Wait,
): GuardedLists {
  return {
    keys: (onFault) => inBatches(() => store.keys(), isKey, timeout, wait, onFault),
    ...(store.lines && {
      lines: (onFault) => inBatches(() => store.lines!(), isLine, timeout, wait, onFault),
    }),
  };
}

function isLine(value: unknown): value is readonly [string, Uint8Array] {
  return Array.isArray(value) && isKey(value[0]) && value[1] instanceof Uint8Array;
}

/** Gives what a store lists, some at a time; ends early where it fails or takes too long. */
async function* inBatches<T>(
  list: () => AsyncIterable<T>,
  isItem: (value: unknown) => value is T,
  timeout: number,
  wait: Wait,
  onFault: OnFault,
): AsyncGenerator<T[]> {
  let iterator: AsyncIterator<T> | undefined;
  let isLate = false;

  /** Gets the next; once nobody waits any more it stops by itself. */
  async function next(items: T[]): Promise<boolean> {
    // Awaited, because a promise that nobody waits for may reject.
    iterator ??= (await list())[Symbol.asyncIterator]();
    while (items.length < BATCH && !isLate) {
      const { done, value } = await iterator.next();
      if (done) return true;
      if (isItem(value)) items.push(value);
    }
    return false;
  }

  try {
    for (let isEnd = false; !isEnd;) {
      const items: T[] = [];
      isEnd = await within(next(items), timeout, wait);
      if (items.length > 0) yield items;
    }
  } catch (error) {
    onFault({ operation: "keys", error });
  } finally {
    isLate = true;
    // A generator's return waits for the step under way, which may be what takes too long.
    Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}
