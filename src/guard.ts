/**
 * A store whose faults end here: every verb is bounded in time, and a failure is an event and a miss.
 *
 * @module
 */

import { LlmcacheError } from "./errors.ts";
import type { FaultEvent } from "./events.ts";
import type { Wait } from "./options.ts";
import type { Awaitable, CacheStore } from "./store.ts";

/** The beginning of a stored value, and how much was asked for. */
export interface Found {
  readonly bytes: Uint8Array;
  /** `Infinity` where the store gave the whole value. */
  readonly asked: number;
}

/** Takes the faults of a store. */
export type OnFault = (fault: Omit<FaultEvent, "status">) => void;

/** The verbs the core uses. None of them throws. */
export interface GuardedStore {
  /** Reads at least the first bytes of a value, if the store can; `null` is a miss or a fault. */
  head(key: string, bytes: number, onFault: OnFault): Awaitable<Found | null>;
  /** Reads a whole value; `null` is a miss or a fault. */
  get(key: string, onFault: OnFault): Awaitable<Found | null>;
  /** Writes a value; tells whether it is certainly there. */
  set(key: string, value: Uint8Array, onFault: OnFault): Promise<boolean>;
}

/** Puts a guard before a store. */
export function guardStore(store: CacheStore, timeout: number, wait: Wait): GuardedStore {
  function get(key: string, onFault: OnFault): Awaitable<Found | null> {
    return read(() => store.get(key), Infinity, key, onFault);
  }

  function read(
    verb: () => Awaitable<Uint8Array | null>,
    asked: number,
    key: string,
    onFault: OnFault,
  ): Awaitable<Found | null> {
    const failed = (error: unknown) => {
      onFault({ operation: "get", error, key });
      return null;
    };
    try {
      const value = verb();
      if (!isPromise(value)) return toFound(value, asked);
      return within(value, timeout, wait).then((value) => toFound(value, asked)).catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  return {
    get,
    head(key, bytes, onFault) {
      if (!store.head) return get(key, onFault);
      return read(() => store.head!(key, bytes), bytes, key, onFault);
    },
    async set(key, value, onFault) {
      try {
        const written = store.set(key, value);
        if (isPromise(written)) await within(written, timeout, wait);
        return true;
      } catch (error) {
        onFault({ operation: "set", error, key });
        return false;
      }
    },
  };
}

/** Whether a value has to be waited for. */
export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}

/** Waits no longer than `timeout` milliseconds. */
async function within<T>(promise: PromiseLike<T>, timeout: number, wait: Wait): Promise<T> {
  const settled = new AbortController();
  const late = wait(timeout, settled.signal).then(() => {
    throw new LlmcacheError(
      "llmcache_store_timeout",
      `The store did not answer within ${timeout} ms (option \`storeTimeout\`).`,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {});
    settled.abort();
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
