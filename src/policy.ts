/**
 * What one call may get and where it may go: the mode, what the call asks for itself, and time.
 *
 * A call speaks by the `Cache-Control` of its request and by `init.cache`, as the Fetch standard has
 * it. In `replay` mode it can choose the sample and the namespace, and nothing else.
 *
 * @module
 */

import { type Directives, readDirectives } from "./directives.ts";
import type { Call, FetchCache } from "./request.ts";
import type { Settings } from "./options/settings.ts";

/** What one call may get and where it may go. Times are in milliseconds. */
export interface Policy {
  /** Nothing goes out, and this is the status of what answers a miss. */
  readonly staysIn?: 400 | 504;
  /** What is stored is not looked at. */
  readonly asksAnew: boolean;
  /** How long an answer is fresh: to the cache, and to this call. */
  readonly ttl: number;
  readonly maxAge: number;
  /** For how long it must stay fresh, and by how much it may be stale. */
  readonly minFresh: number;
  readonly maxStale: number;
  /** By how much it may be stale where upstream fails. */
  readonly staleIfError: number;
}

/** A call and all that is special about it. */
export interface Directed {
  /** The call without what was said to the cache; a bypass sends the original. */
  readonly call: Call;
  /** The settings of the face, with the namespace and sample of the call. */
  readonly settings: Settings;
  readonly policy: Policy;
  /** Why it passes through. */
  readonly bypass?: { readonly detail: string; readonly hint?: string };
}

/** The policy of a call that says nothing itself. */
export function policyOf({ mode, ttl, staleIfError }: Settings): Policy {
  const replays = mode === "replay";
  return {
    ...(replays && { staysIn: 400 }),
    asksAnew: mode === "refresh",
    ttl,
    maxAge: Infinity,
    minFresh: 0,
    // A cache without its upstream may serve what is stale (RFC 9111, 4.2.4); a recording has no age.
    maxStale: replays ? Infinity : 0,
    staleIfError,
  };
}

/** Reads what a call says to the cache. */
export function direct(call: Call, settings: Settings): Directed {
  const header = cacheControlOf(call);
  const own = policyOf(settings);
  if (header === null && (call.cache ?? "default") === "default") {
    return { call, settings, policy: own };
  }
  const asked = readDirectives(header ?? "");
  const { sample = settings.sample, namespace = settings.namespace } = asked;
  const replays = settings.mode === "replay";
  const bypass = bypassOf(asked, call.cache, replays);
  return {
    call: call.without(asked.rest),
    settings: { ...settings, sample, namespace },
    policy: replays ? own : narrowed(own, asked, call.cache),
    ...(bypass && { bypass }),
  };
}

/** A fetch of the client's own may take headers of its own make, which are none of ours to judge. */
function cacheControlOf(call: Call): string | null {
  try {
    return call.headers().get("cache-control");
  } catch {
    return null;
  }
}

function bypassOf(
  { noStore, unclear }: Directives,
  cache: FetchCache | undefined,
  replays: boolean,
): Directed["bypass"] {
  if (unclear !== undefined) {
    return {
      detail: "unclear-directive",
      hint: `\`${unclear}\` in Cache-Control is unknown, said twice, or lacks the number it needs`,
    };
  }
  return (noStore || cache === "no-store") && !replays ? { detail: "no-store" } : undefined;
}

function narrowed(own: Policy, asked: Directives, cache: FetchCache | undefined): Policy {
  const isStored = cache === "force-cache" || cache === "only-if-cached";
  const staysIn = asked.onlyIfCached || cache === "only-if-cached";
  const anew = asked.noCache || cache === "no-cache" || cache === "reload";
  const { maxAge = Infinity, minFresh = 0, maxStale = 0, staleIfError } = asked;
  return {
    ...own,
    ...(staysIn && { staysIn: 504 }),
    asksAnew: anew || (own.asksAnew && !staysIn),
    maxAge: maxAge * 1000,
    minFresh: minFresh * 1000,
    // Fetch: "regardless of whether it is fresh or stale".
    maxStale: isStored ? Infinity : maxStale * 1000,
    ...(staleIfError !== undefined && { staleIfError: staleIfError * 1000 }),
  };
}

/** The judgement on the age of an entry. */
export interface Freshness {
  /** Whether it may be served; `expired` in itself, or not good enough for this call. */
  readonly verdict: "fresh" | "expired" | "max-age" | "min-fresh";
  /** Whether it may be served where upstream fails. */
  readonly isSpare: boolean;
  /** The seconds for which it stays fresh, below 0 if it is stale; none where there is no TTL. */
  readonly ttl?: number;
}

/** Judges an entry that was recorded so many milliseconds ago. */
export function judgeAge(policy: Policy, recordedAgo: number): Freshness {
  const { ttl, maxAge, minFresh, maxStale, staleIfError } = policy;
  const age = Math.max(0, recordedAgo); // Another machine's clock may be ahead.
  const lifetime = Math.min(ttl, maxAge);
  const left = lifetime - age;
  const isStale = age >= ttl || age > maxAge || maxAge === 0;
  const serves = isStale ? minFresh === 0 && maxStale > 0 && -left <= maxStale : left >= minFresh;
  return {
    verdict: serves ? "fresh" : age >= ttl ? "expired" : isStale ? "max-age" : "min-fresh",
    isSpare: staleIfError > 0 && -left <= staleIfError,
    ...(ttl < Infinity && { ttl: Math.floor((ttl - age) / 1000) }),
  };
}
