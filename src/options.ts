/**
 * The options: what a cache, and each of its faces, can be told.
 *
 * @module
 */

import type { Dialect } from "./dialect.ts";
import type { Duration } from "./duration.ts";
import type { EventListener } from "./events.ts";
import type { EditedDocument, KeyDocument } from "./hooks.ts";
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
   * Which draw of the same request this is: `1`, `2` … are answers of their own, as stable as the
   * plain request, which is `0`. Default `0`.
   */
  readonly sample?: number | undefined;
  /**
   * How long an answer is served, in seconds or as `"12h"`, `"7d"`; judged when it is read, so that
   * a shorter one works at once. `replay` mode serves whatever its age. Default `Infinity`.
   */
  readonly ttl?: Duration | undefined;
  /**
   * For how long after its `ttl` an answer is still served where upstream fails: no network, 429,
   * or 5xx (RFC 5861). Seconds, `"1d"`, or `Infinity`. Default `0`, not at all.
   */
  readonly staleIfError?: Duration | undefined;
  /**
   * Other names for origins, so that a server that moves keeps its entries:
   * `{ "http://10.0.0.5:8000": "vllm" }`.
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /**
   * Names of further request headers that count in the key, and are stored with the request. One that
   * carries credentials is an error. Default: none.
   */
  readonly headers?: readonly string[] | undefined;
  /**
   * Changes the text of a request body as it counts in the key, never as it goes out or is stored.
   * Credentials are `"[redacted]"` in it. If it throws or returns no string, the call passes through.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * // The time in the prompt makes no other request of it.
   * const cache = createCache({
   *   normalize: (text) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "some time"),
   * });
   * ```
   */
  readonly normalize?: ((text: string) => string) | undefined;
  /**
   * Paths of what does not count in the key, below `body.`, `headers.` or `target.`: names and indexes
   * between dots, `*` for every one. Members are left out, items of a list count as `null`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ ignore: ["body.seed", "body.messages.*.name", "target.origin"] });
   * ```
   */
  readonly ignore?: readonly string[] | undefined;
  /**
   * Changes the whole document that is the identity of a request, after `normalize` and `ignore`. What
   * it returns is hashed; its `v` and `api` count always. If it throws, or returns a promise or what
   * JSON does not keep, the call passes through.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * // All of OpenRouter's routes to a model share their answers.
   * const cache = createCache({
   *   key: ({ body, ...rest }) => ({ ...rest, body: { ...body, provider: undefined } }),
   * });
   * ```
   */
  readonly key?: ((document: KeyDocument) => EditedDocument) | undefined;
  /**
   * Wire formats of your own, tried before the built-in ones. One that throws or answers wrongly costs
   * a miss and an event, never the call. Default: none. See {@linkcode Dialect} for an example.
   */
  readonly dialects?: readonly Dialect[] | undefined;
  /**
   * Whether answers are stored that were filtered, refused, or cut at a length the request did not
   * set. Default `false`.
   */
  readonly storeIncomplete?: boolean | undefined;
  /**
   * Whether the request is kept beside its answer. Without it no prompt is written down, nor its
   * first words; hits, replays, their pace and listings work as before, but nobody can tell any more
   * what was asked. Default `true`.
   */
  readonly storeRequest?: boolean | undefined;
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
