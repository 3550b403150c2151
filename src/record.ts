/**
 * A miss: the call goes out, everybody who asks meanwhile reads along, and what is whole is stored.
 *
 * @module
 */

import { bodyStream } from "./body.ts";
import { commit, type Reply, reportMiss } from "./commit.ts";
import { tell } from "./events.ts";
import { elapsed, type Exchange, facts } from "./exchange.ts";
import type { Opened as Answered, Reader, Source } from "./flight.ts";
import type { Missing } from "./lookup.ts";
import { createResponse } from "./replay.ts";
import type { Call, FetchInit, FetchInput } from "./request.ts";
import { formatStatus } from "./status.ts";
import { createTape, type Outcome } from "./tape.ts";
import { readTarget } from "./target.ts";

/** Makes a call upstream. */
export interface Send {
  (input: FetchInput, init: FetchInit): Promise<Response>;
  /** Which fetch it goes through; 0 is the runtime's own. */
  readonly upstream: number;
}

/** What is known of an answer before its body. */
export interface FetchHead {
  readonly response: Response;
  readonly url: string;
}

/** The response headers worth keeping; rate-limit figures would be false on replay. */
const KEPT_HEADERS = [
  "content-type",
  "x-request-id",
  "request-id",
  "apim-request-id",
  "x-ms-request-id",
  "x-amzn-requestid",
  "x-generation-id",
];
/** Request headers that differ from call to call. Any other may be a credential of some gateway's. */
const VOLATILE =
  /^(x-stainless-|idempotency-key$|trace(parent|state)$|baggage$|x-(client-)?request-id$)/;
const NULL_BODY = [101, 103, 204, 205, 304];

/** Makes the call or joins the one under way. */
export async function record(
  exchange: Exchange,
  call: Call,
  send: Send,
  missing: Missing,
): Promise<Response> {
  const { head, reader, joined } = await exchange.opened.calls.board(
    flightKey(exchange, call, send),
    (signal) => launch(exchange, call, send, missing, signal),
    call.signal,
    exchange.settings.maxEntryBytes,
  );
  if (isForeign(head.response)) {
    reader.leave();
    return joined ? send(call.input, call.init) : head.response;
  }
  const status = formatStatus({
    fwd: exchange.settings.mode === "refresh" ? "request" : "miss",
    collapsed: joined,
    key: exchange.known.key,
    detail: missing.detail,
  });
  return respond(head, joined ? watched(reader, exchange) : reader, call, status);
}

/**
 * One call for those who ask the same, in the same way, with the same credentials: of two callers with
 * different ones, one may be refused.
 */
function flightKey({ known, opened }: Exchange, call: Call, send: Send): string {
  const headers = [...call.headers()].filter(([name]) => !VOLATILE.test(name));
  const asked = known.asked.usage ? "usage" : "";
  const who = opened.hash(JSON.stringify([call.url, send.upstream, headers]));
  return `${known.key} ${asked} ${who}`;
}

async function launch(
  exchange: Exchange,
  call: Call,
  send: Send,
  missing: Missing,
  signal: AbortSignal,
): Promise<Answered<FetchHead, Uint8Array>> {
  const report = (outcome: Outcome) => reportMiss(exchange, missing, outcome);
  let response: Response;
  try {
    response = await send(call.input, { ...call.init, signal });
  } catch (error) {
    report({ stored: false, reason: signal.aborted ? "cancelled" : "network-error", bytes: 0 });
    throw error;
  }
  const head = { response, url: response.url || call.url };
  const { dialect, asked } = exchange.known;
  const isAnswer = response.ok && !isForeign(response) && !isEmpty(response);
  const reason = isForeign(response)
    ? "foreign-response"
    : response.ok
    ? "empty"
    : `status ${response.status}`;
  if (!isAnswer) report({ stored: false, reason, bytes: 0 });
  const tape = !isAnswer ? null : createTape({
    recorder: dialect.record(asked),
    holdsLast: asked.form === "whole",
    storeIncomplete: exchange.settings.storeIncomplete,
    elapsed: () => elapsed(exchange),
    commit: (take) => commit(exchange, replyOf(head, exchange), take),
    report,
  });
  const source = isForeign(response) ? NOTHING : sourceOf(response);
  return { head, source, tape };
}

function replyOf({ response, url }: FetchHead, { settings, opened }: Exchange): Reply {
  const { status, statusText, headers, redirected } = response;
  return {
    status,
    ...(statusText && { statusText }),
    headers: keptHeaders(headers),
    ...(redirected && { redirected: readTarget(url, settings.aliases, opened.hash).shown }),
  };
}

function keptHeaders(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}

function sourceOf(response: Response): Source<Uint8Array> {
  const reader = response.body?.getReader();
  return {
    async read() {
      const result = await reader?.read();
      return result && !result.done ? result.value : null;
    },
    cancel(reason) {
      reader?.cancel(reason).catch(() => {});
    },
  };
}

const NOTHING: Source<Uint8Array> = { read: () => Promise.resolve(null), cancel() {} };

/**
 * A client's own fetch may answer with an object of its own make, such as node-fetch's: it passes. By
 * shape, because the Response of undici from npm is no instance of the runtime's, and serves as well.
 */
function isForeign({ headers, body }: Response): boolean {
  return typeof headers?.get !== "function" ||
    (body !== null && typeof body?.getReader !== "function");
}

/** SDKs do not read such a body: a call that ended with its end would be joined for ever. */
function isEmpty({ status, headers }: Response): boolean {
  return NULL_BODY.includes(status) || headers.get("content-length") === "0";
}

/** Everybody gets a response of their own on the shared body. */
function respond(
  { response, url }: FetchHead,
  reader: Reader<Uint8Array>,
  call: Call,
  cacheStatus: string,
): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.append("cache-status", cacheStatus);
  const body = NULL_BODY.includes(status) ? null : bodyStream(reader, call.signal);
  if (!body) reader.leave();
  return createResponse(body, { status, statusText, url }, headers);
}

/** Tells of a caller who joined, once the body is done with. */
function watched(reader: Reader<Uint8Array>, exchange: Exchange): Reader<Uint8Array> {
  let bytes = 0;
  return {
    async next() {
      const chunk = await reader.next();
      bytes += chunk?.length ?? 0;
      return chunk;
    },
    leave(reason) {
      reader.leave(reason);
      tell(exchange.settings.onEvent, { status: "collapsed", ...facts(exchange, bytes) });
    },
  };
}
