/**
 * The two doors: a client or a function in, the same out; and a fetch.
 *
 * @module
 */

import { type Cache, faceOf } from "./cache.ts";
import { type Cacheable, isCached, wrap } from "./client.ts";
import { wrapFetch } from "./face.ts";
import type { CacheOptions } from "./options/options.ts";

/**
 * Puts a response cache under an SDK client, or around a function that asks a model.
 *
 * A client comes back as a client of the same type, built by its own `withOptions`, that makes no identical
 * call twice; its own `fetch` is kept underneath. A function comes back as a function of the same
 * type.
 *
 * @param target an SDK client with `withOptions({ fetch })`, or a function from a JSON request to a
 *   promise (of a JSON value, or of an async iterable of them) or to an async iterable.
 * @param optionsOrCache the options of a new cache, or a cache that is there.
 * @returns the same type. One that has a cache already is
 *   returned as it is, or gets the one that is named here instead; it is never cached twice.
 * @throws {TypeError} if the target is neither, if an option is wrong, or if the client's
 *   `withOptions` loses the `fetch` it is given.
 *
 * @example
 * ```ts
 * import { cachedChat } from "@x/llmcache";
 * import OpenAI from "openai";
 *
 * const openai = cachedChat(new OpenAI({ apiKey: "sk-…" }));
 * // openai.chat.completions.create(…) as ever
 * ```
 */
export function cachedChat<T extends Cacheable>(
  target: T,
  optionsOrCache?: (CacheOptions & object) | Cache,
): T {
  if (optionsOrCache === undefined && isCached(target)) return target;
  return wrap(target, faceOf(optionsOrCache));
}

/**
 * A `fetch` that never makes an identical LLM call twice, for every SDK that takes one.
 *
 * @param optionsOrCache the options of a new cache, or a cache that is there.
 * @returns a function of the type of this runtime's own `fetch`.
 * @throws {TypeError} naming an option that is wrong.
 *
 * @example
 * ```ts
 * import { cachedFetch } from "@x/llmcache";
 *
 * const fetch = cachedFetch({ namespace: "experiment-7" });
 * // createOpenAI({ fetch }), new Ollama({ fetch }), …
 * ```
 */
export function cachedFetch(
  optionsOrCache?: (CacheOptions & object) | Cache,
): typeof globalThis.fetch {
  const face = faceOf(optionsOrCache);
  return wrapFetch(face, face.settings.fetch);
}
