/**
 * A miss where nothing may go out: in `replay` mode, or under `only-if-cached`.
 *
 * @module
 */

import { tell } from "./events.ts";
import type { Arrival, Exchange } from "./exchange.ts";
import type { Call } from "./request.ts";
import { formatStatus } from "./status.ts";
import { shownOf } from "./target.ts";

/** Why a call was not answered from the store. */
export interface Refused {
  readonly detail?: string;
  /** The URL as far as it may be shown, where it was looked into. */
  readonly shown?: string;
  readonly hint?: string;
}

/** What the error says. */
export function missMessage(what: string, { detail, hint }: Refused, staysIn: 400 | 504): string {
  const rule = staysIn === 400 ? "in replay mode nothing goes out" : "the call is only-if-cached";
  const state = STATES[detail ?? ""] ?? `it cannot be cached (${detail})`;
  const remedy = hint
    ? `Hint: ${hint}.`
    : STATES[detail ?? ""]
    ? 'Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=refresh).'
    : "Name its URL in the option `allow` if it may go out all the same.";
  return `llmcache: ${rule}, and ${state}: ${what}. ${remedy}`;
}

/** What the look-up says, in words; anything else is a reason why nothing was looked up. */
const STATES: Readonly<Record<string, string>> = {
  "": "it is not in the cache",
  lossy: "it is stored in a form that cannot serve this one",
  damaged: "its entry is damaged",
  expired: "its entry has expired",
  "max-age": "its entry is older than max-age allows",
  "min-fresh": "its entry expires sooner than min-fresh allows",
};

/**
 * The response of such a miss. In `replay` mode a 400 in the provider's own shape: a rejected fetch
 * would be wrapped as a connection error and retried, and so would a 504. Under `only-if-cached` the
 * 504 of RFC 9111, 5.2.1.7.
 */
export function refuse(
  { settings, policy, known }: Arrival & Partial<Pick<Exchange, "known">>,
  call: Call,
  why: Refused,
): Response {
  const url = known?.shown ?? why.shown ?? shownOf(call.url);
  const about = { ...(known && { key: known.key }), ...(why.detail && { detail: why.detail }) };
  tell(settings.onEvent, { status: "replay-miss", url, ...about });
  const { staysIn = 400 } = policy;
  const what = known
    ? `${known.asked.model ?? known.dialect.name} at ${url}: "${known.asked.words}"`
    : `${call.method} ${url}`;
  const message = missMessage(what, why, staysIn);
  const code = "llmcache_replay_miss";
  const body = known?.dialect.error(message, code) ??
    { error: { message, type: "invalid_request_error", param: null, code } };
  return new Response(JSON.stringify(body), {
    status: staysIn,
    headers: {
      "content-type": "application/json",
      "x-should-retry": "false",
      "cache-status": formatStatus({ ...about, detail: "replay-miss" }),
    },
  });
}
