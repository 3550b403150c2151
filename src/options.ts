/**
 * The options: what a cache, and each of its faces, can be told.
 *
 * @module
 */

import type { EventListener } from "./events.ts";
import type { CacheStore } from "./store.ts";

/** What a cache does with a request it knows. */
export type CacheMode = "auto" | "replay" | "refresh" | "off";

/** How a stored stream is paced when it is served. */
export type Pace = "none" | "recorded" | number;

/** Waits so many milliseconds; rejects with the signal's reason when it aborts. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** What a face of a cache can be told; every member is optional. */
export interface FaceOptions {
  /**
   * `auto` serves what is stored and records the rest. `replay` serves what is stored and lets
   * nothing out. `refresh` asks anew and records. `off` does nothing. The environment variable
   * `LLMCACHE_MODE` wins over it. Default `auto`.
   */
  readonly mode?: CacheMode | undefined;
  /** Keeps apart what must not be shared: team members, experiments, tenants. Default `""`. */
  readonly namespace?: string | undefined;
  /**
   * Other names for origins, so that a server that moves keeps its entries:
   * `{ "http://10.0.0.5:8000": "vllm" }`.
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether answers are stored that were filtered, refused, or cut at a length the request did not
   * set. Default `false`.
   */
  readonly storeIncomplete?: boolean | undefined;
  /**
   * How a stored answer's chunks are served: `none` at once, `recorded` at the times they were
   * recorded, or a number of milliseconds between two chunks. Default `none`.
   */
  readonly pace?: Pace | undefined;
  /**
   * URLs, of what is not cached, that may be called in `replay` mode all the same: an origin, or the
   * beginning of a path.
   */
  readonly allow?: readonly string[] | undefined;
  /** Told once for every call, and once for every fault of the store. */
  readonly onEvent?: EventListener | undefined;
  /** What calls go out through; a client keeps a fetch of its own. Default the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options of a cache; every member is optional. */
export interface CacheOptions extends FaceOptions {
  /** Where entries are kept. Default: what this runtime keeps by itself. */
  readonly store?: CacheStore | undefined;
  /** The directory of the default directory store; wins over `LLMCACHE_DIR`. */
  readonly dir?: string | URL | undefined;
  /** The largest answer that is stored, in bytes; larger ones pass. Default 32 MiB. */
  readonly maxEntryBytes?: number | undefined;
  /** The longest wait on a store, in milliseconds. Default 2 000. */
  readonly storeTimeout?: number | undefined;
  /** The time, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Every pause and time limit goes through it, so that tests need not sleep. */
  readonly wait?: Wait | undefined;
}
