/**
 * The options that say what counts as the same request.
 *
 * @module
 */

import type { Dialect } from "../dialect.ts";
import type { EditedDocument, KeyDocument } from "../identity/hooks.ts";

/** What counts as the same request; every member is optional. */
export interface IdentityOptions {
  /**
   * Keeps apart what must not be shared: team members, experiments, tenants. Default `""`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache();
   * const [researcher, writer] = ["researcher", "writer"].map((namespace) => cache.with({ namespace }));
   * ```
   */
  readonly namespace?: string | undefined;
  /**
   * Which draw of the same request this is: `1`, `2` … are answers of their own, as stable as the
   * plain request, which is `0`. Default `0`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache();
   * const draws = [0, 1, 2].map((sample) => cache.with({ sample }).fetch);
   * ```
   */
  readonly sample?: number | undefined;
  /**
   * Other names for origins, so that a server that moves keeps its entries:
   * `{ "http://10.0.0.5:8000": "vllm" }`.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ aliases: { "http://10.0.0.5:8000": "vllm" } });
   * ```
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /**
   * Names of further request headers that count in the key, and are stored with the request. One that
   * carries credentials is an error. Default: none.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache({ headers: ["x-gateway-route"] });
   * ```
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
}
