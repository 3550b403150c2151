/**
 * A miss where nothing may go out: in `replay` mode, or under `only-if-cached`.
 *
 * @module
 */

import { describe } from "./nearest/describe.ts";
import { tell } from "./events.ts";
import { type Arrival, elapsed, type Exchange, facts } from "./exchange.ts";
import { findNearest } from "./nearest/nearest.ts";
import type { Passing } from "./pass.ts";
import type { Policy } from "./policy.ts";
import type { Known } from "./recognise.ts";
import type { Call } from "./request.ts";
import { formatStatus } from "./status.ts";
import { shownOf } from "./identity/target.ts";

/** Why a call was not answered from the store. */
export type Refused = Partial<Passing>;

/** What the look-up says, in words; anything else is a reason why nothing was looked up. */
const STATES: ReadonlyMap<string, string> = new Map([
  ["", "it is not in the cache"],
  ["lossy", "it is stored in a form that cannot serve this one"],
  ["damaged", "its entry is damaged"],
  ["rejected", "its answer was rejected"],
  ["partial", "a part of the batch is not in the cache"],
  ["dialect-fault", "its dialect fails on its entry"],
  ["expired", "its entry has expired"],
  ["max-age", "its entry is older than max-age allows"],
  ["min-fresh", "its entry expires sooner than min-fresh allows"],
]);

/** Why a call was not answered, in words. */
export function stateOf(detail = ""): string {
  return STATES.get(detail) ?? passingOf(detail);
}

/** Why a call is none for the cache, in words. */
export function passingOf(detail: string): string {
  return `it cannot be cached (${detail})`;
}

/** What was asked, in words. */
export function whatOf({ asked, dialect, shown }: Known): string {
  return `${asked.model ?? dialect.name} at ${shown}: "${asked.words}"`;
}

/** What the error says. */
export async function missMessage(
  what: string,
  { detail, hint }: Refused,
  staysIn: Policy["staysIn"],
  exchange?: Exchange,
): Promise<string> {
  const rule = staysIn === 504 ? "the call is only-if-cached" : "in replay mode nothing goes out";
  const state = `llmcache: ${rule}, and ${stateOf(detail)}: ${what}.`;
  if (exchange && detail === undefined) {
    const search = await findNearest(exchange);
    return `${state} ${describe(search, exchange.known.dialect.name)} ${RECORD}`;
  }
  if (hint) return `${state} Hint: ${hint}.`;
  return `${state} ${STATES.has(detail ?? "") ? RECORD : ALLOW}`;
}

const RECORD = 'Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=auto).';
const ALLOW = "Name its URL in the option `allow` if it may go out all the same.";

/**
 * The response of such a miss. In `replay` mode a 400 in the provider's own shape: a rejected fetch
 * would be wrapped as a connection error and retried, and so would a 504. Under `only-if-cached` the
 * 504 of RFC 9111, 5.2.1.7.
 */
export async function refuse(
  arrival: Arrival | Exchange,
  call: Call,
  why: Refused,
): Promise<Response> {
  const exchange = "known" in arrival ? arrival : undefined;
  const { staysIn = 400 } = arrival.policy;
  const url = exchange?.known.shown ?? why.shown ?? shownOf(call.url);
  const what = exchange ? whatOf(exchange.known) : `${call.method} ${url}`;
  const message = await missMessage(what, why, staysIn, exchange);
  const reason = staysIn === 504 ? "only-if-cached" : "replay";
  tell(arrival.settings.onEvent, {
    status: "replay-miss",
    reason,
    ...(exchange ? facts(exchange, 0) : { milliseconds: elapsed(arrival) }),
    ...(why.detail && { detail: why.detail }),
    url,
  });
  const { error = errorAt(url) } = exchange?.known.dialect ?? why.dialect ?? {};
  return new Response(JSON.stringify(error(message, "llmcache_replay_miss")), {
    status: staysIn,
    headers: {
      "content-type": "application/json",
      "x-should-retry": "false",
      "cache-status": formatStatus({
        ...(exchange && { key: exchange.known.key }),
        detail: reason === "replay" ? "replay-miss" : reason,
      }),
    },
  });
}

/** The error of a URL whose wire format is not known. */
function errorAt(url: string): (message: string, code: string) => object {
  // Ollama's SDK shows an error that is an object as "[object Object]".
  if (/\/api\/[a-z]+$/.test(url)) return (message) => ({ error: message });
  // OpenAI's SDK reads it, and so does Anthropic's.
  return (message, code) => ({
    type: "error",
    error: { message, type: "invalid_request_error", param: null, code },
  });
}
