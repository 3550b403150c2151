/**
 * A face of a cache put under a client: the client's own `withOptions` builds one with our fetch.
 *
 * @module
 */

import { type Face, unwrapFetch, wrapFetch } from "./face.ts";
import { isCachedFunction, wrapFunction } from "./function.ts";

/** What {@linkcode cachedChat} takes: an SDK client with `withOptions({ fetch })`, or a function. */
export type Cacheable = ChatClient | Ask;

/** An SDK client that can be built again with another `fetch`: openai, @anthropic-ai/sdk, groq-sdk … */
export interface ChatClient {
  /** Builds the same client with some options replaced. */
  // A method's parameters are compared bivariantly, so that every SDK's own options type fits.
  withOptions(options: { fetch?: typeof globalThis.fetch }): unknown;
}

/** A function from a request to a promise, or to an async iterable, of JSON values. */
export type Ask = (request: never) => PromiseLike<unknown> | AsyncIterable<unknown>;

/** Whether a client or a function has a cache already. */
export function isCached(target: Cacheable): boolean {
  return unwrapFetch(fetchOf(target)) !== undefined || isCachedFunction(target);
}

/** Puts one face of a cache under a client or around a function. */
export function wrap<T extends Cacheable>(target: T, face: Face): T {
  if (isClient(target)) return wrapClient(target, face);
  if (isFunction(target)) return wrapFunction<T & Ask>(target, face);
  throw new TypeError(
    "llmcache: cachedChat takes an SDK client with a method `withOptions`, such as `new OpenAI()`, " +
      `or a function; it got ${target === null ? "null" : `a value of type ${typeof target}`}. ` +
      "Give an SDK without `withOptions` a `cachedFetch()` as its `fetch`.",
  );
}

function wrapClient<C extends ChatClient>(client: C, face: Face): C {
  const own = fetchOf(client);
  const before = unwrapFetch(own);
  if (before?.face === face) return client;
  // A client that has no fetch of its own holds the runtime's; then the cache's option is the nearer.
  const upstream = before ? before.upstream : own;
  const fetch = wrapFetch(
    face,
    upstream === globalThis.fetch
      ? face.settings.fetch ?? upstream
      : upstream ?? face.settings.fetch,
  );
  const copy = client.withOptions({ ...azureOptions(client), fetch });
  if (fetchOf(copy) !== fetch) {
    throw new TypeError(
      `llmcache: ${
        nameOf(client)
      }.withOptions({ fetch }) gave a client without that fetch, so its ` +
        "calls would not be cached. A subclass must pass the options of its constructor on to " +
        "`super(options)`. Or give the constructor the fetch: " +
        `new ${nameOf(client)}({ fetch: cachedFetch() }).`,
    );
  }
  return copy as C;
}

/** AzureOpenAI of openai 6 demands these of its constructor, and forgets them in `withOptions`. */
function azureOptions(client: object): object {
  if (!("apiVersion" in client && "deploymentName" in client)) return {};
  return { apiVersion: client.apiVersion, deployment: client.deploymentName };
}

function isFunction(target: unknown): target is Ask {
  return typeof target === "function";
}

function isClient(target: unknown): target is ChatClient {
  return typeof (target as ChatClient | null | undefined)?.withOptions === "function";
}

/** Where openai, @anthropic-ai/sdk, groq-sdk and their kin keep it. */
function fetchOf(client: unknown): typeof globalThis.fetch | undefined {
  const { fetch } = Object(client);
  return typeof fetch === "function" ? fetch : undefined;
}

function nameOf(client: object): string {
  return client.constructor?.name || "client";
}
