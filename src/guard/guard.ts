/**
 * A store whose faults end here: every verb is bounded in time, and a failure is an event and a miss.
 *
 * @module
 */

import { isPromise } from "../time/awaitable.ts";
import { LlmcacheError } from "../errors.ts";
import type { FaultEvent } from "../events.ts";
import { guardClaims, type GuardedClaim } from "./claim.ts";
import { type GuardedLists, guardLists } from "./lists.ts";
import type { Wait } from "../options/options.ts";
import type { Awaitable, CacheStore } from "../store.ts";
import { within } from "../time/within.ts";

/** The beginning of a stored value, and how much was asked for. */
export interface Found {
  readonly bytes: Uint8Array;
  /** `Infinity` where the store gave the whole value. */
  readonly asked: number;
}

/** Takes the faults of a store. */
export type OnFault = (fault: Omit<FaultEvent, "status">) => void;

/** The verbs the core uses. None of them throws. */
export interface GuardedStore extends GuardedLists {
  /** Reads at least the first bytes of a value, if the store can; `null` is a miss or a fault. */
  head(key: string, bytes: number, onFault: OnFault): Awaitable<Found | null>;
  /** Reads a whole value; `null` is a miss or a fault. */
  get(key: string, onFault: OnFault): Awaitable<Found | null>;
  /** Reads whole values, at once if the store can; `null` as above, for each. */
  getMany(keys: readonly string[], onFault: OnFault): Awaitable<(Found | null)[]>;
  /** Writes a value; tells whether it is certainly there. */
  set(key: string, value: Uint8Array, onFault: OnFault): Promise<boolean>;
  /** Removes a value; tells whether it is certainly gone. */
  remove(key: string, onFault: OnFault): Promise<boolean>;
  /** Removes what writers left behind before a time; tells how much it was. Takes what time it takes. */
  tidy(before: number, onFault: OnFault): Promise<number>;
  /** Notes that a value served a hit. A note that is lost costs at worst that value, so nobody is told. */
  touch(key: string): void;
  /** Whether the store can claim. */
  readonly canClaim: boolean;
  /**
   * Claims a key; `null` means that someone else holds it. A store that cannot claim, or fails to,
   * gives a claim that holds nothing: the call must go on.
   */
  claim(key: string, ms: number, onFault: OnFault): Promise<GuardedClaim | null>;
}

/** Puts a guard before a store. */
export function guardStore(store: CacheStore, timeout: number, wait: Wait): GuardedStore {
  /** Acts, makes something of the answer, and something else of a failure. */
  function attempt<T, R>(
    verb: () => Awaitable<T>,
    use: (value: T) => R,
    failed: (error: unknown) => R,
  ): Awaitable<R> {
    try {
      const value = verb();
      if (!isPromise(value)) return use(value);
      return within(value, timeout, wait).then(use).catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  const missed = (key: string, onFault: OnFault) => (error: unknown) => {
    onFault({ operation: "get", error, key });
    return null;
  };

  const get = (key: string, onFault: OnFault) =>
    attempt(() => store.get(key), (value) => toFound(value, Infinity), missed(key, onFault));

  return {
    get,
    head(key, bytes, onFault) {
      if (!store.head) return get(key, onFault);
      const verb = () => store.head!(key, bytes);
      return attempt(verb, (value) => toFound(value, bytes), missed(key, onFault));
    },
    getMany(keys, onFault) {
      if (!store.getMany) {
        const all = keys.map((key) => get(key, onFault));
        return all.some(isPromise) ? Promise.all(all) : all as (Found | null)[];
      }
      const failed = (error: unknown) => {
        onFault({ operation: "get", error });
        return keys.map(() => null);
      };
      return attempt(() => store.getMany!(keys), (values) => toAll(values, keys, onFault), failed);
    },
    async set(key, value, onFault) {
      return await isDone(() => store.set(key, value), "set", key, onFault);
    },
    async remove(key, onFault) {
      return await isDone(() => store.delete(key), "delete", key, onFault);
    },
    async tidy(before, onFault) {
      try {
        return await store.tidy?.(before) ?? 0;
      } catch (error) {
        onFault({ operation: "tidy", error });
        return 0;
      }
    },
    touch(key) {
      try {
        const noted = store.touch?.(key);
        if (isPromise(noted)) noted.then(undefined, () => {});
      } catch {
        return;
      }
    },
    ...guardLists(store, timeout, wait),
    ...guardClaims(store, timeout, wait),
  };

  /** Changes something; tells whether that is certain. */
  async function isDone(
    verb: () => Awaitable<void>,
    operation: "set" | "delete",
    key: string,
    onFault: OnFault,
  ): Promise<boolean> {
    try {
      const done = verb();
      if (isPromise(done)) await within(done, timeout, wait);
      return true;
    } catch (error) {
      onFault({ operation, error, key });
      return false;
    }
  }

  /** What is wrong with one value is a miss of that one. */
  function toAll(values: unknown, keys: readonly string[], onFault: OnFault): (Found | null)[] {
    if (!Array.isArray(values) || values.length !== keys.length) {
      const given = Array.isArray(values) ? `${values.length} values` : `a ${typeof values}`;
      throw new LlmcacheError(
        "llmcache_store_value",
        `The store answered \`getMany\` of ${keys.length} keys with ${given}; ` +
          "it must give an array with one value, or null, for each.",
      );
    }
    return keys.map((key, at) => {
      try {
        return toFound(values[at], Infinity);
      } catch (error) {
        return missed(key, onFault)(error);
      }
    });
  }
}

/** Makes a plain Uint8Array of what a store gave: `Buffer#slice`, for one, is a view. */
function toFound(value: unknown, asked: number): Found | null {
  if (value === null) return null;
  const given = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (!(given instanceof Uint8Array)) {
    throw new LlmcacheError(
      "llmcache_store_value",
      `The store answered with ${value === undefined ? "undefined" : `a ${typeof value}`}; ` +
        "`get` and `head` must give a Uint8Array, or null for a miss.",
    );
  }
  if (!isOwn(given.buffer)) return { bytes: new Uint8Array(given), asked };
  if (given.constructor === Uint8Array) return { bytes: given, asked };
  return { bytes: new Uint8Array(given.buffer, given.byteOffset, given.byteLength), asked };
}

/** Of shared or resizable memory no Response can be made; Node makes one of the bytes' digits. */
function isOwn(buffer: ArrayBufferLike & { readonly resizable?: boolean }): boolean {
  return buffer instanceof ArrayBuffer && buffer.resizable !== true;
}
