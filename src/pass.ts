/**
 * Calls that the cache does not answer: they pass through untouched, or in `replay` mode not at all.
 *
 * @module
 */

import { tell } from "./events.ts";
import type { Settings } from "./settings.ts";
import type { Known } from "./recognise.ts";
import type { Send } from "./record.ts";
import type { Call } from "./request.ts";
import { formatStatus, noteBypass } from "./status.ts";

/** Why a call passes through. */
export interface Passing {
  readonly detail: string;
  /** The URL as far as it may be shown, where it was looked into. */
  readonly shown?: string;
  readonly hint?: string;
}

/** Lets a call through and returns upstream's own response. */
export async function pass(
  settings: Settings,
  call: Call,
  send: Send,
  { detail, shown = shownOf(call), hint }: Passing,
): Promise<Response> {
  // SDKs ask for `data:,` to learn whose Response a fetch makes: that is no call to tell of.
  if (!staysHere(call)) {
    tell(settings.onEvent, { status: "bypass", detail, url: shown, ...(hint && { hint }) });
  }
  const response = await send(call.input, call.init);
  noteBypass(response, detail);
  return response;
}

/** Lets a call through, unless that is what `replay` mode is there to prevent. */
export function passOrRefuse(
  settings: Settings,
  call: Call,
  send: Send,
  passing: Passing,
): Promise<Response> | Response {
  const isRefused = settings.mode === "replay" && !mayPass(call, settings);
  return isRefused ? refuse(settings, call, passing) : pass(settings, call, send, passing);
}

/** Of a URL that was not looked into only origin and path are told. */
function shownOf({ url }: Call): string {
  if (!URL.canParse(url)) return "";
  const { protocol, origin, pathname } = new URL(url);
  return origin === "null" ? protocol : origin + pathname;
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

/** What a replay miss says. */
export function replayMissMessage(what: string, detail?: string, hint?: string): string {
  const why = detail === "lossy"
    ? "it is stored in a form that cannot serve this one"
    : detail === "damaged"
    ? "its entry is damaged"
    : !detail
    ? "it is not in the cache"
    : `it cannot be cached (${detail})`;
  const remedy = hint
    ? `Hint: ${hint}.`
    : why.startsWith("it cannot")
    ? "Name its URL in the option `allow` if it may go out all the same."
    : 'Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=refresh).';
  return `llmcache: in replay mode nothing goes out, and ${why}: ${what}. ${remedy}`;
}

/**
 * The response of a replay miss. A rejected fetch would be wrapped as a connection error and retried,
 * and so would a 504: a 400 in the provider's own shape is one clear error in every SDK.
 *
 * @param why what the lookup or the recogniser says.
 * @param known the request, where it was recognised.
 */
export function refuse(
  settings: Settings,
  call: Call,
  why: Partial<Passing>,
  known?: Known,
): Response {
  const url = known?.shown ?? why.shown ?? shownOf(call);
  const about = { ...(known && { key: known.key }), ...(why.detail && { detail: why.detail }) };
  tell(settings.onEvent, { status: "replay-miss", url, ...about });
  const code = "llmcache_replay_miss";
  const what = known
    ? `${known.asked.model ?? known.dialect.name} at ${url}: "${known.asked.words}"`
    : `${call.method} ${url}`;
  const message = replayMissMessage(what, why.detail, why.hint);
  const body = known?.dialect.error(message, code) ??
    { error: { message, type: "invalid_request_error", param: null, code } };
  return new Response(JSON.stringify(body), {
    status: 400,
    headers: {
      "content-type": "application/json",
      "x-should-retry": "false",
      "cache-status": formatStatus({ ...about, detail: "replay-miss" }),
    },
  });
}
