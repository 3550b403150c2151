/**
 * The interface every store implements: bytes under a key, and nothing else.
 *
 * A store knows nothing of requests, ages or sizes of a cache. It has no TTL and no `has`: an entry
 * holds the time it was recorded, and the core judges its age when it reads it, so that a shorter TTL
 * works at once and two processes never disagree.
 *
 * Every verb may answer at once or by a promise. A store that answers at once is several times faster
 * on a hit, because a promise costs thread-pool hops in some runtimes. A verb may throw or reject: the
 * core turns that into a miss and an event, never into an exception in the caller's code.
 *
 * `tests/conformance.ts` is this page as a test suite. The two change together.
 *
 * @module
 */

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * Bytes under a key: where a cache keeps its entries.
 *
 * Keys are 64 lower-case hex digits, a dot and the form (`whole` or `stream`), so they are valid file
 * names everywhere and can never lead out of a directory.
 *
 * @example A store of your own
 * ```ts
 * import type { CacheStore } from "@x/llmcache";
 *
 * export function mapStore(map: Map<string, Uint8Array> = new Map()): CacheStore {
 *   return {
 *     get: (key) => map.get(key)?.slice() ?? null,
 *     set: (key, value) => void map.set(key, value.slice()),
 *     delete: (key) => void map.delete(key),
 *     async *keys() {
 *       yield* map.keys();
 *     },
 *   };
 * }
 * ```
 */
export interface CacheStore {
  /**
   * Reads a value.
   *
   * @param key 64 hex digits, a dot and the form.
   * @returns exactly the bytes that were set, for the caller to keep and change; `null` is a miss. A
   *   value of no bytes is a value.
   */
  get(key: string): Awaitable<Uint8Array | null>;

  /**
   * Writes a value, whole or not at all: no reader, in this process or another, before or after a
   * crash, ever sees a part of it. The store keeps its own copy: the caller may change its bytes
   * as soon as the call is settled.
   *
   * @param key 64 hex digits, a dot and the form.
   * @param value the bytes; a view stores only what it shows.
   */
  set(key: string, value: Uint8Array): Awaitable<void>;

  /**
   * Removes a value. Removing what is not there is no error.
   *
   * @param key 64 hex digits, a dot and the form.
   */
  delete(key: string): Awaitable<void>;

  /**
   * Lists the keys that are held, each once, in any order, without the store's own internals.
   *
   * @returns the keys; what is set or deleted meanwhile may or may not be among them.
   */
  keys(): AsyncIterable<string>;

  /** Frees what the store holds open. Afterwards the other verbs may reject. */
  close?(): Awaitable<void>;

  /**
   * Optional: reads the beginning of a value without reading the rest. A hit needs only the first
   * part of an entry; behind a long prompt this is many times cheaper than `get`.
   *
   * @param key 64 hex digits, a dot and the form.
   * @param bytes how many bytes are wanted at least, if there are as many.
   * @returns the first bytes of one value, at least as many as asked for or the whole value, maybe
   *   more; `null` is a miss. They are for reading only: the store may give the same array again, and
   *   never changes what is in it.
   */
  head?(key: string, bytes: number): Awaitable<Uint8Array | null>;

  /**
   * Optional: reads several values, where that is cheaper than one by one.
   *
   * @param keys each 64 hex digits, a dot and the form.
   * @returns for each key, in their order, what `get` would give.
   */
  getMany?(keys: readonly string[]): Awaitable<(Uint8Array | null)[]>;

  /**
   * Optional: claims a key for a time, so that of several processes one asks upstream and the others
   * wait for its answer. Of those who claim at once, one gets the claim. A claim has nothing to do
   * with the value under the key: neither hinders the other, and a claim is no key that is listed.
   *
   * @param key 64 hex digits, a dot and the form.
   * @param ms after how many milliseconds it expires, unless it is renewed.
   * @returns the claim; `null` if someone holds one that has not expired.
   */
  claim?(key: string, ms: number): Awaitable<Claim | null>;

  /**
   * Optional: removes what writers and claims that came to no end have left behind, such as files half
   * written. What is held is not touched.
   *
   * @param before milliseconds since 1970: what is younger may belong to a writer at work.
   * @returns how many things were removed.
   */
  tidy?(before: number): Awaitable<number>;

  /**
   * Optional: takes note that a value was of use, so that a store which bounds itself lets go of what was
   * used longest ago. Reading is no use: listings and checks read too. It is called after a hit; what
   * takes longer than a note in memory is done later, for many at once.
   *
   * @param key 64 hex digits, a dot and the form; nothing may be held under it any more.
   */
  touch?(key: string): Awaitable<void>;

  /**
   * Optional: removes what was used longest ago, until no more than so many bytes are held.
   *
   * @param maxBytes how much may be held then, from 0.
   * @returns what was removed.
   */
  trim?(maxBytes: number): Awaitable<Trimmed>;

  /** Optional: an account of what hits saved, kept beside the entries for all who use them. */
  readonly ledger?: Ledger;
}

/** What was removed to make room. */
export interface Trimmed {
  /** How many entries. */
  readonly entries: number;
  /** How many bytes they took. */
  readonly bytes: number;
}

/** What hits saved. */
export interface Savings {
  /** How many calls did not go out. */
  readonly calls: number;
  /** Tokens that were not paid for. */
  readonly tokens: number;
  /** How much longer the recorded calls took than the hits, in milliseconds. */
  readonly milliseconds: number;
}

/** What hits saved on one day. */
export interface DaySavings extends Savings {
  /** The day, in UTC: `2026-11-25`. */
  readonly day: string;
}

/** An account of what hits saved, to which several processes add. */
export interface Ledger {
  /**
   * Adds to the account. It is called now and then, never while a hit waits; and once more when the
   * program ends, when only what is done at once is done.
   *
   * @param savings what was saved since it was last called.
   */
  add(savings: DaySavings): Awaitable<void>;

  /**
   * Reads the account.
   *
   * @returns the sums by days, each once, in any order.
   */
  read(): Awaitable<readonly DaySavings[]>;
}

/** A key that one caller holds for a time. */
export interface Claim {
  /**
   * Keeps the claim for longer.
   *
   * @param ms after how many milliseconds, from now, it expires.
   * @returns `false`: it is lost, because it had expired or was released.
   */
  renew(ms: number): Awaitable<boolean>;

  /** Gives the claim up. Where it is lost already this does nothing: it never frees another's. */
  release(): Awaitable<void>;
}
