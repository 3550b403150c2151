/**
 * A Keyv as a store: Redis, Valkey, Postgres, MySQL, MongoDB, SQLite, etcd, whatever it has an adapter
 * for.
 *
 * @module
 */

import type { Awaitable, CacheStore, Claim } from "../src/store.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { type BridgeOptions, checkBridge } from "./bridge.ts";
import { isKey } from "./key.ts";

export type { Awaitable, BridgeOptions, CacheStore, Claim };

/** What is needed of a Keyv, of version 5 or 6. */
export interface KeyvLike {
  /** Reads a value. */
  get(key: string): Promise<unknown>;
  /** Writes a value; `false` tells that it could not. */
  set(key: string, value: string): Promise<unknown>;
  /** Removes a value. */
  delete(key: string): Promise<unknown>;
  /** Reads several values. */
  getMany?(keys: string[]): Promise<readonly unknown[]>;
  /** Lists pairs of key and value. */
  iterator?(argument: unknown): AsyncIterable<readonly unknown[]>;
  /** Listens to errors. */
  on?(event: "error", listener: (error: unknown) => void): unknown;
}

/**
 * Keeps entries in a Keyv, as base64 text. The Keyv should have a `namespace` of its own and no `ttl`:
 * the cache judges ages itself. It stays open and is yours to disconnect.
 *
 * A Keyv emits the errors of its engine and goes on as if nothing were there. Here they are listened
 * to: what they befall has failed, which the cache tells by an event, and the program does not end.
 *
 * @param keyv the Keyv.
 * @param options `claim`, because no Keyv has one: with Redis see {@linkcode redisClaim}.
 * @returns a store; to list what it holds, Keyv reads all values.
 * @throws {TypeError} naming what is wrong.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { keyvStore } from "@x/llmcache/keyv";
 * import { createKeyv } from "@keyv/redis";
 *
 * const keyv = createKeyv("redis://127.0.0.1:6379", { namespace: "llmcache" });
 * const cache = createCache({ store: keyvStore(keyv) });
 * ```
 */
export function keyvStore(keyv: KeyvLike, options: BridgeOptions = {}): CacheStore {
  checkBridge("keyvStore", "keyv", keyv, ["get", "set", "delete"], options);
  const watch = watchErrors(keyv);

  async function attempt<T>(act: () => Promise<T>): Promise<T> {
    const watched = watch();
    try {
      const result = await act();
      watched.check();
      return result;
    } finally {
      watched.end();
    }
  }

  return {
    get: async (key) => toBytes(await attempt(() => keyv.get(key))),
    async set(key, value) {
      const isSet = await attempt(() => keyv.set(key, toBase64(value)));
      if (isSet === false) throw new Error(`keyvStore: the Keyv did not keep the entry ${key}.`);
    },
    delete: async (key) => void await attempt(() => keyv.delete(key)),
    async *keys() {
      if (!keyv.iterator) throw new TypeError("keyvStore: this Keyv cannot list what it holds.");
      // An engine such as Redis may name a key twice while it lists them.
      const seen = new Set<unknown>();
      const watched = watch();
      try {
        for await (const [key] of keyv.iterator(undefined)) {
          if (isKey(key) && !seen.has(key)) yield key;
          seen.add(key);
        }
        watched.check();
      } finally {
        watched.end();
      }
    },
    ...(keyv.getMany && {
      getMany: async (keys) => (await attempt(() => keyv.getMany!([...keys]))).map(toBytesOrNull),
    }),
    ...(options.claim && { claim: options.claim }),
  };
}

/** Of many, one that is damaged is a miss of that one. */
function toBytesOrNull(value: unknown): Uint8Array | null {
  try {
    return toBytes(value);
  } catch {
    return null;
  }
}

interface Watched {
  /** Throws the first error since the watch began. */
  check(): void;
  end(): void;
}

/** One listener for all: a Keyv warns of more than a hundred. */
function watchErrors(keyv: KeyvLike): () => Watched {
  const watches = new Set<unknown[]>();
  keyv.on?.("error", (error) => watches.forEach((errors) => errors.push(error)));
  return () => {
    const errors: unknown[] = [];
    watches.add(errors);
    return {
      check() {
        if (errors.length > 0) throw errors[0];
      },
      end: () => void watches.delete(errors),
    };
  };
}

function toBytes(value: unknown): Uint8Array | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return fromBase64(value);
  throw new TypeError(`keyvStore: the Keyv holds a ${typeof value} where an entry should be.`);
}
