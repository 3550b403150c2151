/**
 * A store in the browser: in IndexedDB, for pages, workers and shared workers of one origin.
 *
 * @module
 */

import type { CacheStore } from "../src/store.ts";
import { connect } from "./idb-connection.ts";
import { idbEntries } from "./idb-entries.ts";
import { checkClock, checkOptions, describe } from "./options.ts";
import { lockClaims } from "./web-locks.ts";

/** The options of {@linkcode indexedDbStore}; every member is optional. */
export interface IndexedDbStoreOptions {
  /** The name of the database. Default `llmcache`. */
  readonly name?: string | undefined;
  /** The clock that tells which entry is the oldest, in milliseconds, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Keeps entries in IndexedDB, which the tabs and workers of an origin share, until the user clears it or
 * the browser needs the room. It is opened when it is first used. Where the browser gives no more room, the
 * oldest entries make some.
 *
 * @param options `name`, the database's.
 * @returns a store whose `head` reads no more of a long value than it has to, and which has `claim` where
 *   the browser has Web Locks: everywhere but on plain http off localhost.
 * @throws {TypeError} naming the option that is wrong, or where there is no IndexedDB.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { indexedDbStore } from "@x/llmcache/indexeddb";
 * import { memoryStore } from "@x/llmcache/memory";
 *
 * const inBrowser = "indexedDB" in globalThis;
 * const cache = createCache({ store: inBrowser ? indexedDbStore() : memoryStore() });
 * ```
 */
export function indexedDbStore(options: IndexedDbStoreOptions = {}): CacheStore {
  checkOptions("indexedDbStore", options, ["name", "now"]);
  const { name = "llmcache", now = Date.now } = options;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(
      `indexedDbStore: the option \`name\` must be a text; it is ${describe(name)}.`,
    );
  }
  checkClock("indexedDbStore", now);
  if (!("indexedDB" in globalThis)) {
    throw new TypeError(
      "indexedDbStore: this runtime has no IndexedDB, only browsers have it. Use nodeFsStore or another store.",
    );
  }
  const locks = globalThis.navigator?.locks;
  return {
    ...idbEntries(connect(name), now),
    ...(locks && { claim: lockClaims(locks, `llmcache:${name}`) }),
  };
}
