/**
 * Calls that the cache does not answer: they pass through untouched, or where nothing may go out,
 * not at all.
 *
 * @module
 */

import type { Dialect } from "./dialect.ts";
import { tell } from "./events.ts";
import { type Arrival, elapsed } from "./exchange.ts";
import type { Send } from "./flight/upstream.ts";
import { refuse } from "./refuse.ts";
import type { Call } from "./request.ts";
import type { Settings } from "./options/settings.ts";
import { noteBypass } from "./status.ts";
import { shownOf } from "./identity/target.ts";

/** Why a call passes through. */
export interface Passing {
  readonly detail: string;
  /** The URL as far as it may be shown, where it was looked into. */
  readonly shown?: string;
  readonly hint?: string;
  /** The wire format, where it was told. */
  readonly dialect?: Dialect;
}

/** Lets a call through and returns upstream's own response. */
export async function pass(
  arrival: Arrival,
  call: Call,
  send: Send,
  passing: Passing,
): Promise<Response> {
  try {
    const response = await send(call.input, call.init);
    noteBypass(response, passing.detail);
    return response;
  } finally {
    // SDKs ask for `data:,` to learn whose Response a fetch makes: that is no call to tell of.
    if (!staysHere(call)) tellPassed(arrival, call, passing);
  }
}

function tellPassed(arrival: Arrival, call: Call, passing: Passing): void {
  const { detail, shown = shownOf(call.url), hint, dialect } = passing;
  tell(arrival.settings.onEvent, {
    status: "bypass",
    detail,
    url: shown,
    milliseconds: elapsed(arrival),
    ...(hint && { hint }),
    ...(dialect && { dialect: dialect.name }),
  });
}

/** Lets a call through, unless nothing may go out. */
export function passOrRefuse(
  arrival: Arrival,
  call: Call,
  send: Send,
  passing: Passing,
): Promise<Response> | Response {
  return isRefused(arrival, call, passing)
    ? refuse(arrival, call, passing)
    : pass(arrival, call, send, passing);
}

/** What is none of ours keeps its `only-if-cached` for other caches, but `replay` mode lets nothing out. */
function isRefused({ settings, policy }: Arrival, call: Call, { detail }: Passing): boolean {
  if (policy.staysIn === 504) return detail !== "unsupported-endpoint";
  return policy.staysIn === 400 && !mayPass(call, settings);
}

/** Whether a call may go out in `replay` mode: to no network, or to a URL that was named. */
function mayPass(call: Call, { allow }: Settings): boolean {
  if (staysHere(call)) return true;
  return URL.canParse(call.url) && allow.some((allowed) => isBelow(call.url, allowed));
}

/** Whether a URL leads to no network. */
function staysHere({ url }: Call): boolean {
  return /^(data|blob):/i.test(url);
}

/** Whether a URL has the origin, and lies at or below the path, of another. */
function isBelow(url: string, base: string): boolean {
  const { origin, pathname } = new URL(url);
  const above = new URL(base);
  const path = above.pathname.replace(/\/$/, "");
  return origin === above.origin && (pathname === path || pathname.startsWith(`${path}/`));
}
