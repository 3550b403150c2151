/**
 * The options of a whole cache.
 *
 * @module
 */

import type { FaceOptions } from "./face.ts";
import type { CacheStore } from "../store.ts";

/** Waits so many milliseconds; rejects with the signal's reason when it aborts. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** The options of a cache; every member is optional. */
export interface CacheOptions extends FaceOptions {
  /**
   * Where entries are kept. Default: what this runtime keeps by itself.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   * import { memoryStore } from "@x/llmcache/memory";
   *
   * const cache = createCache({ store: memoryStore() });
   * ```
   */
  readonly store?: CacheStore | undefined;
  /**
   * The directory of the default directory store; wins over `LLMCACHE_DIR`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ dir: new URL("recordings/", import.meta.url) });
   * ```
   */
  readonly dir?: string | URL | undefined;
  /**
   * The most that the default store keeps, in bytes; `Infinity` for no bound. What was used longest ago
   * goes, in the background. Default 2 GiB in a directory, 64 MiB in memory; a browser bounds its
   * database itself, and Deno's KV has no bound. Beside `store` it is an error: give it to the store.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ maxBytes: 200 << 20 });
   * ```
   */
  readonly maxBytes?: number | undefined;
  /**
   * The largest answer that is stored, in bytes; larger ones pass. Default 32 MiB.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ maxEntryBytes: 1 << 20 });
   * ```
   */
  readonly maxEntryBytes?: number | undefined;
  /**
   * The longest wait on a store, in milliseconds. Default 2 000.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ storeTimeout: 200 });
   * ```
   */
  readonly storeTimeout?: number | undefined;
  /**
   * The time, in milliseconds since 1970. Default `Date.now`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ ttl: "1d", now: () => Date.parse("2026-01-02") });
   * ```
   */
  readonly now?: (() => number) | undefined;
  /**
   * Every pause and time limit goes through it, so that tests need not sleep.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ pace: "recorded", wait: () => Promise.resolve() });
   * ```
   */
  readonly wait?: Wait | undefined;
}
