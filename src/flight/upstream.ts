/**
 * The call that goes out, and what comes back: what of it is recorded, and why it is not.
 *
 * @module
 */

import { admitting, watching } from "./admit.ts";
import type { Reply } from "./commit.ts";
import { elapsed, type Exchange } from "../exchange.ts";
import { type Opened as Answered, primed, type Source } from "./flight.ts";
import { keep } from "./keep.ts";
import { type Lead, noting } from "./lead.ts";
import type { Call, FetchInit, FetchInput } from "../request.ts";
import type { Account } from "./spare.ts";
import { createTape } from "./tape.ts";
import { readTarget } from "../identity/target.ts";

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
  readonly lead: Lead;
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
/** The statuses that never have a body. */
export const NULL_BODY: readonly number[] = [101, 103, 204, 205, 304];

/** Makes the call; rejects where there is no answer. */
export async function launch(
  exchange: Exchange,
  call: Call,
  send: Send,
  { fail, report, hasSpare }: Account,
  signal: AbortSignal,
): Promise<Answered<FetchHead, Uint8Array>> {
  const admit = admitting(exchange, keep);
  let response: Response;
  let source: Source<Uint8Array>;
  try {
    response = await send(call.input, { ...call.init, signal });
    source = isForeign(response) ? NOTHING : sourceOf(response);
    if (hasSpare && response.ok) source = await primed(source);
  } catch (error) {
    fail(signal.aborted ? "cancelled" : "network-error");
    throw error;
  }
  const lead: Lead = { started: exchange.started };
  const head = { response, url: response.url || call.url, lead };
  const { dialect, asked } = exchange.known;
  const reason = reasonAgainst(response);
  if (reason) fail(reason);
  const recorder = dialect.record(asked);
  const tape = reason ? null : createTape({
    recorder,
    holdsLast: asked.form === "whole",
    storeIncomplete: exchange.settings.storeIncomplete,
    elapsed: () => elapsed(exchange),
    commit: (take) => admit(replyOf(head, exchange), take),
    report: noting(lead, watching(exchange, recorder, report)),
  });
  return { head, source, tape };
}

/** Why a response is not recorded, if it is clear before its body. */
function reasonAgainst(response: Response): string | undefined {
  if (isForeign(response)) return "foreign-response";
  if (!response.ok) return `status ${response.status}`;
  return isEmpty(response) ? "empty" : undefined;
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
export function isForeign({ headers, body }: Response): boolean {
  return typeof headers?.get !== "function" ||
    (body !== null && typeof body?.getReader !== "function");
}

/** SDKs do not read such a body: a call that ended with its end would be joined for ever. */
function isEmpty({ status, headers }: Response): boolean {
  return NULL_BODY.includes(status) || headers.get("content-length") === "0";
}
