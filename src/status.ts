/**
 * `Cache-Status` (RFC 9211): what a response tells of the way it came.
 *
 * @module
 */

const NAME = "llmcache";

/** What happened to a call, in the terms of RFC 9211. */
export interface CacheStatus {
  /** Whether the answer came from the store. */
  readonly hit: boolean;
  /** Why the call went out: `miss`, `bypass`, `request` (asked anew) or `stale`. */
  readonly fwd?: "miss" | "bypass" | "request" | "stale";
  /** Whether it joined a call that was already under way. */
  readonly collapsed: boolean;
  /** The seconds for which the entry stays fresh, where a TTL is set. */
  readonly ttl?: number;
  /** The store key. */
  readonly key?: string;
  /** Why, in a word or two. */
  readonly detail?: string;
}

/** A bypass returns upstream's own response, whose headers cannot be changed. */
const bypassed = new WeakMap<object, CacheStatus>();

/**
 * Tells what happened to a call.
 *
 * @param source the response, or its headers, as the SDK's `.withResponse()` and `.asResponse()` give
 *   them.
 * @returns the status; `undefined` for a response that no cache of ours has seen.
 *
 * @example
 * ```ts
 * import { cachedFetch, cacheStatus } from "@x/llmcache";
 *
 * const fetch = cachedFetch();
 * const response = await fetch("data:,hello");
 * console.log(cacheStatus(response)?.fwd); // "bypass"
 * ```
 */
export function cacheStatus(source: Response | Headers): CacheStatus | undefined {
  const known = bypassed.get(source);
  if (known) return known;
  // By shape: the headers of a client's own fetch may be of its own make.
  const headers = "get" in source ? source : source.headers;
  return bypassed.get(headers) ?? parseStatus(headers.get("cache-status") ?? "");
}

/** Notes that a response passed through untouched. */
export function noteBypass(response: Response, detail: string): void {
  const status: CacheStatus = { hit: false, fwd: "bypass", collapsed: false, detail };
  // A client's own fetch may answer with anything.
  for (const seen of [response, response?.headers]) {
    if (Object(seen) === seen) bypassed.set(seen, status);
  }
}

/** Writes the header's value. */
export function formatStatus(status: Partial<CacheStatus>): string {
  let text = NAME;
  if (status.hit) text += "; hit";
  if (status.fwd) text += `; fwd=${status.fwd}`;
  if (status.collapsed) text += "; collapsed";
  if (status.ttl !== undefined) text += `; ttl=${status.ttl}`;
  if (status.key) text += `; key="${status.key}"`;
  if (status.detail) text += `; detail=${status.detail}`;
  return text;
}

/** Reads our own member; caches nearer to the origin come before it in the list. */
function parseStatus(value: string): CacheStatus | undefined {
  const [, own] = /.*(?:^|,)\s*llmcache(;.*|$)/s.exec(value) ?? [];
  if (own === undefined) return undefined;
  const parameters = new Map(
    own.split(";").slice(1).map((part) => {
      const [name = "", text = ""] = part.trim().split("=", 2);
      return [name, text.replaceAll('"', "")];
    }),
  );
  const ttl = parameters.get("ttl");
  return {
    hit: parameters.has("hit"),
    collapsed: parameters.has("collapsed"),
    ...optional("fwd", parameters.get("fwd") as CacheStatus["fwd"]),
    ...optional("key", parameters.get("key")),
    ...optional("detail", parameters.get("detail")),
    ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
  };
}

function optional<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : { [name]: value } as { [name in K]: V };
}
