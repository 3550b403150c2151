/**
 * A store in memory: fast, bounded, gone when the process ends.
 *
 * @module
 */

import type { CacheStore } from "../src/store.ts";
import { createClaims } from "./claims.ts";
import { checkClock, checkMaxBytes, checkOptions, tooLarge } from "./options.ts";
import { recent } from "./recent.ts";

/** The options of {@linkcode memoryStore}; every member is optional. */
export interface MemoryStoreOptions {
  /** The most that is held, keys included, in bytes; `Infinity` for no bound. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** The clock by which claims expire, in milliseconds, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Keeps entries in memory, up to a number of bytes; what was used longest ago makes room.
 *
 * @param options `maxBytes`, a whole number of bytes above 0; to set a value larger than that is a RangeError.
 *   `now`, the clock.
 * @returns a store that answers at once and shares nothing with any other.
 * @throws {TypeError} naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { memoryStore } from "@x/llmcache/memory";
 *
 * const cache = createCache({ store: memoryStore({ maxBytes: 8 << 20 }) });
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): CacheStore {
  checkOptions("memoryStore", options, ["maxBytes", "now"]);
  const { maxBytes = 64 << 20, now = Date.now } = options;
  checkMaxBytes("memoryStore", maxBytes);
  checkClock("memoryStore", now);
  const claims = createClaims(now);
  const values = recent<Uint8Array>();
  let held = 0;

  function remove(key: string): void {
    const value = values.take(key);
    if (value) held -= sizeOf(key, value);
  }

  return {
    get: (key) => copy(values.use(key)),
    head: (key, bytes) => copy(values.use(key), bytes),
    set(key, value) {
      const size = sizeOf(key, value);
      if (size > maxBytes) {
        remove(key);
        throw tooLarge("memoryStore", size, maxBytes);
      }
      const replaced = values.put(key, copy(value));
      held += replaced ? value.byteLength - replaced.byteLength : size;
      while (held > maxBytes) remove(values.oldest()!);
    },
    delete: remove,
    // A snapshot: a reader who gets each key as it comes would move it to the end, and never get there.
    async *keys() {
      yield* values.keys();
    },
    getMany: (keys) => keys.map((key) => copy(values.use(key))),
    claim: claims.claim,
    close() {
      claims.clear();
      values.clear();
      held = 0;
    },
  };
}

const sizeOf = (key: string, value: Uint8Array) => key.length + value.byteLength;

/** Always a plain Uint8Array of its own: `Buffer#slice` is a view. */
function copy(value: Uint8Array, bytes?: number): Uint8Array;
function copy(value: Uint8Array | undefined, bytes?: number): Uint8Array | null;
function copy(value: Uint8Array | undefined, bytes = Infinity): Uint8Array | null {
  if (!value) return null;
  return bytes < value.length ? new Uint8Array(value.subarray(0, bytes)) : new Uint8Array(value);
}
