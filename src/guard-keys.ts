/**
 * The keys of a store, whose faults end here.
 *
 * @module
 */

import type { OnFault } from "./guard.ts";
import type { Wait } from "./options.ts";
import type { CacheStore } from "./store.ts";
import { isKey } from "./store-key.ts";
import { within } from "./within.ts";

/** How many keys come at a time: one limit of time for each of 100 000 would cost half a second. */
const BATCH = 256;

/**
 * Lists the keys of a store, some at a time; ends early where the store fails or takes too long.
 *
 * @returns keys of the form that {@linkcode CacheStore} demands; what else there is, is left out.
 */
export async function* listKeys(
  store: CacheStore,
  timeout: number,
  wait: Wait,
  onFault: OnFault,
): AsyncGenerator<string[]> {
  let iterator: AsyncIterator<string> | undefined;
  let isLate = false;

  /** Gets the next keys; once nobody waits any more it stops by itself. */
  async function next(keys: string[]): Promise<boolean> {
    // Awaited, because a promise that nobody waits for may reject.
    iterator ??= (await store.keys())[Symbol.asyncIterator]();
    while (keys.length < BATCH && !isLate) {
      const { done, value } = await iterator.next();
      if (done) return true;
      if (isKey(value)) keys.push(value);
    }
    return false;
  }

  try {
    for (let isEnd = false; !isEnd;) {
      const keys: string[] = [];
      isEnd = await within(next(keys), timeout, wait);
      if (keys.length > 0) yield keys;
    }
  } catch (error) {
    onFault({ operation: "keys", error });
  } finally {
    isLate = true;
    // A generator's return waits for the step under way, which may be what takes too long.
    Promise.resolve(iterator?.return?.()).catch(() => {});
  }
}
