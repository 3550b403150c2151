/**
 * The options of each face of a cache.
 *
 * @module
 */

import type { Answer } from "../flight/answer.ts";
import type { Duration } from "./duration.ts";
import type { EventListener } from "../events.ts";
import type { IdentityOptions } from "./identity.ts";

/** What a cache does with a request it knows. */
export type CacheMode = "auto" | "replay" | "refresh" | "off";

/** How a stored stream is paced when it is served. */
export type Pace = "none" | "recorded" | number;

/** What a face of a cache can be told; every member is optional. */
export interface FaceOptions extends IdentityOptions {
  /**
   * `auto` serves what is stored and records the rest. `replay` serves what is stored and lets
   * nothing out. `refresh` asks anew and records. `off` does nothing. The environment variable
   * `LLMCACHE_MODE` wins over it. Default `auto`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ dir: "tests/recordings", mode: "replay" });
   * ```
   */
  readonly mode?: CacheMode | undefined;
  /**
   * How long an answer is served, in seconds or as `"12h"`, `"7d"`; judged when it is read, so that
   * a shorter one works at once. `replay` mode serves whatever its age. Default `Infinity`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ ttl: "7d" });
   * const strict = cache.with({ ttl: 3600 }); // the same entries, an hour at most
   * ```
   */
  readonly ttl?: Duration | undefined;
  /**
   * For how long after its `ttl` an answer is still served where upstream fails: no network, 429,
   * or 5xx (RFC 5861). Seconds, `"1d"`, or `Infinity`. Default `0`, not at all.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ ttl: "1d", staleIfError: "7d" });
   * ```
   */
  readonly staleIfError?: Duration | undefined;
  /**
   * Whether answers are stored that were filtered, refused, or cut at a length the request did not
   * set. Default `false`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ storeIncomplete: true });
   * ```
   */
  readonly storeIncomplete?: boolean | undefined;
  /**
   * Whether the request is kept beside its answer. Without it no prompt is written down, nor its
   * first words; hits, replays, their pace and listings work as before, but nobody can tell any more
   * what was asked. Default `true`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ storeRequest: false });
   * ```
   */
  readonly storeRequest?: boolean | undefined;
  /**
   * Whether an answer is stored that came back whole: not one that you cannot use, so that it does not
   * come back for ever. The caller gets it either way. A promise is waited for, `storeTimeout` at most;
   * if it throws, or says neither `true` nor `false`, the answer is not stored. See also
   * {@linkcode Cache.reject}.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ shouldStore: ({ text }) => !text.includes("As an AI") });
   * ```
   */
  readonly shouldStore?: ((answer: Answer) => boolean | PromiseLike<boolean>) | undefined;
  /**
   * How a stored answer's chunks are served: `none` at once, `recorded` at the times they were
   * recorded, or a number of milliseconds between two chunks. Default `none`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const demo = createCache({ pace: "recorded" });
   * const typing = demo.with({ pace: 20 });
   * ```
   */
  readonly pace?: Pace | undefined;
  /**
   * What a stored answer says of the tokens it took: `recorded`, or `zero`, because this time it took
   * none. Events tell what was saved either way. Default `recorded`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ usage: "zero" }); // a budget counts what was paid for
   * ```
   */
  readonly usage?: "recorded" | "zero" | undefined;
  /**
   * Whether ids of tool calls are made anew in a stored answer where the request has the same ones
   * already: some providers refuse a conversation that has an id twice. Default `false`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ freshIds: true });
   * ```
   */
  readonly freshIds?: boolean | undefined;
  /**
   * URLs, of what is not cached, that may be called in `replay` mode all the same: an origin, or the
   * beginning of a path.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ mode: "replay", allow: ["https://auth.example.com/token"] });
   * ```
   */
  readonly allow?: readonly string[] | undefined;
  /**
   * Told once for every call, and once for every fault of the store.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({
   *   onEvent(event) {
   *     if (event.status === "hit") console.log(event.model, event.saved.tokens, event.saved.milliseconds);
   *   },
   * });
   * ```
   */
  readonly onEvent?: EventListener | undefined;
  /**
   * What calls go out through; a client keeps a fetch of its own. Default the runtime's.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ fetch: (input, init) => fetch(input, init) });
   * ```
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}
