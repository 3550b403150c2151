/**
 * A miss: the call goes out, everybody who asks meanwhile reads along, and what is whole is stored.
 *
 * @module
 */

import { bodyStream } from "./flight/body.ts";
import { reportMiss } from "./flight/commit.ts";
import { type Exchange, tellIfLeft, throwIfLeft } from "./exchange.ts";
import type { Reader } from "./flight/flight.ts";
import type { Boarded } from "./flights.ts";
import { type Lead, tellCollapsed } from "./flight/lead.ts";
import type { Missing } from "./lookup.ts";
import { detailOf, partialSend } from "./batch/partial.ts";
import { createResponse } from "./replay.ts";
import type { Call } from "./request.ts";
import { serve } from "./serve.ts";
import { boardOrSpare, type Instead, isOutage } from "./flight/spare.ts";
import { formatStatus } from "./status.ts";
import { inTurn, LANDED, type Landed, lookUpLanded } from "./flight/turn.ts";
import { type FetchHead, isForeign, launch, NULL_BODY, type Send } from "./flight/upstream.ts";

/** Request headers that differ from call to call. Any other may be a credential of some gateway's. */
const VOLATILE =
  /^(x-stainless-|idempotency-key$|trace(parent|state)$|baggage$|x-(client-)?request-id$)/;

/** Makes the call or joins the one under way. */
export async function record(
  exchange: Exchange,
  call: Call,
  send: Send,
  missing: Missing,
): Promise<Response> {
  const aboard = await board(exchange, call, send, missing);
  if ("spare" in aboard) return serve(exchange, call, aboard.spare, aboard.failure);
  const { head, reader, joined } = aboard;
  if (head === LANDED) {
    reader.leave();
    const found = await lookUpLanded(exchange);
    throwIfLeft(exchange, call);
    return found.entry ? serve(exchange, call, found) : record(exchange, call, send, found);
  }
  if (isForeign(head.response)) {
    reader.leave();
    if (!joined) return head.response;
    reportMiss(exchange, missing, { stored: false, reason: "foreign-response", bytes: 0 });
    return send(call.input, call.init);
  }
  const status = formatStatus({
    fwd: missing.fwd,
    collapsed: joined,
    key: exchange.known.key,
    detail: missing.items ? detailOf(head.response) : missing.detail,
  });
  return respond(head, joined ? watched(reader, exchange, head.lead) : reader, call, status);
}

async function board(
  exchange: Exchange,
  call: Call,
  send: Send,
  missing: Missing,
): Promise<Boarded<FetchHead | Landed, Uint8Array> | Instead> {
  const { signal } = call;
  const { maxEntryBytes: maxBytes } = exchange.settings;
  let leads = false;
  try {
    return await boardOrSpare({
      missing,
      signal,
      report: (outcome) => reportMiss(exchange, missing, outcome),
      board: (account) =>
        exchange.opened.calls.board(
          flightKey(exchange, call, send),
          (signal) =>
            inTurn(exchange, account, signal, (exchange, account) => {
              leads = true;
              return launch(exchange, call, partialSend(missing, call, send), account, signal);
            }),
          { signal, maxBytes, sharesFailure: account.hasSpare },
        ),
      failureIn: (head) => head === LANDED ? undefined : failureIn(head),
      failureBy: () => "network-error",
    });
  } catch (error) {
    // A call that goes out is told of by what becomes of it.
    if (!leads) tellIfLeft(exchange, call);
    throw error;
  }
}

function failureIn({ response: { status } }: FetchHead): string | undefined {
  return isOutage(status) ? `status ${status}` : undefined;
}

/**
 * One call for those who ask the same, in the same way, with the same credentials: of two callers with
 * different ones, one may be refused. Who asks after an answer was rejected does not join its call.
 */
function flightKey({ known, opened }: Exchange, call: Call, send: Send): string {
  const headers = [...call.headers()].filter(([name]) => !VOLATILE.test(name));
  const asked = known.asked.encoding ?? (known.asked.usage ? "usage" : "");
  const who = opened.hash(JSON.stringify([call.url, send.upstream, headers]));
  return `${known.key} ${opened.past.era(known.key)} ${asked} ${who}`;
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
function watched(
  reader: Reader<Uint8Array>,
  exchange: Exchange,
  lead: Lead,
): Reader<Uint8Array> {
  let bytes = 0;
  return {
    async next() {
      const chunk = await reader.next();
      bytes += chunk?.length ?? 0;
      return chunk;
    },
    leave(reason) {
      reader.leave(reason);
      tellCollapsed(exchange, lead, bytes);
    },
  };
}
