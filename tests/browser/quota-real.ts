/** Fills a database until the browser itself says that there is no more room. */

import { indexedDbStore } from "@x/llmcache/indexeddb";
import { collect, testKey } from "../bytes.ts";
import { removeDatabase } from "./database.ts";

const NAME = "quota";
const SIZE = 200_000;

/** What became of the values. */
export interface Filled {
  /** The errors of `set`, each once. */
  readonly errors: readonly string[];
  /** The numbers of the values that are held, in the order they were written. */
  readonly held: readonly number[];
}

/** Writes so many values, one after the other, the clock going on by one with each. */
export async function fill({ count }: { count: number }): Promise<Filled> {
  let time = 0;
  const store = indexedDbStore({ name: NAME, now: () => ++time });
  const errors = new Set<string>();
  for (let n = 0; n < count; n++) {
    try {
      await store.set(testKey(n), noise(SIZE));
    } catch (error) {
      errors.add(String(error));
    }
  }
  const keys = await collect(store.keys());
  const held = Array.from({ length: count }, (_, n) => n).filter((n) => keys.includes(testKey(n)));
  await store.close?.();
  return { errors: [...errors], held };
}

/** Bytes that cannot be compressed, as the browser would do. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1 << 16) {
    crypto.getRandomValues(bytes.subarray(at, at + (1 << 16)));
  }
  return bytes;
}

/** Removes what was written. */
export const empty = (): Promise<void> => removeDatabase(NAME);

/** How much this origin uses, in bytes, as the browser counts. */
export async function used(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? 0;
}
