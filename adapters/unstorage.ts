/**
 * An unstorage as a store: Redis, S3, Azure, Cloudflare KV and R2, Netlify, whatever it has a driver
 * for.
 *
 * @module
 */

import type { Awaitable, CacheStore, Claim } from "../src/store.ts";
import { type BridgeOptions, checkBridge } from "./bridge.ts";
import { isKey } from "./key.ts";

export type { Awaitable, BridgeOptions, CacheStore, Claim };

/** What is needed of an unstorage. */
export interface UnstorageLike {
  /** Reads a value. */
  getItemRaw(key: string): Promise<unknown>;
  /** Writes a value. */
  setItemRaw(key: string, value: Uint8Array): Promise<unknown>;
  /** Removes a value. */
  removeItem(key: string): Promise<unknown>;
  /** Lists the keys. */
  getKeys(): Promise<readonly string[]>;
}

/**
 * Keeps entries in an unstorage. It should have a `base` or a prefix of its own; it stays open and is
 * yours to dispose of. Whether a value is whole or absent is up to the driver: for files there is
 * `nodeFsStore`, whose values are. What a driver leaves half the cache takes for a miss.
 *
 * @param storage what `createStorage` of unstorage gave.
 * @param options `claim`, because no unstorage has one: with Redis see {@linkcode redisClaim}.
 * @returns a store.
 * @throws {TypeError} naming what is wrong.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { unstorageStore } from "@x/llmcache/unstorage";
 * import { createStorage } from "unstorage";
 * import redisDriver from "unstorage/drivers/redis";
 *
 * const storage = createStorage({
 *   driver: redisDriver({ url: "redis://127.0.0.1:6379", base: "llmcache" }),
 * });
 * const cache = createCache({ store: unstorageStore(storage) });
 * ```
 */
export function unstorageStore(storage: UnstorageLike, options: BridgeOptions = {}): CacheStore {
  const verbs = ["getItemRaw", "setItemRaw", "removeItem", "getKeys"];
  checkBridge("unstorageStore", "storage", storage, verbs, options);
  return {
    get: async (key) => toBytes(await storage.getItemRaw(key)),
    // Some drivers keep, and give, the very object they got.
    set: async (key, value) => void await storage.setItemRaw(key, new Uint8Array(value)),
    delete: async (key) => void await storage.removeItem(key),
    async *keys() {
      // A driver such as that of Redis may name a key twice.
      yield* new Set((await storage.getKeys()).filter(isKey));
    },
    ...(options.claim && { claim: options.claim }),
  };
}

function toBytes(value: unknown): Uint8Array | null {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new Uint8Array(value);
  // The driver for files hands errors over as values.
  if (value instanceof Error) throw value;
  throw new TypeError(`unstorageStore: the driver gave a ${typeof value} where bytes should be.`);
}
