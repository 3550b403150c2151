/**
 * One fetch call, read once: what the cache must know of `(input, init)`, whatever form they have.
 *
 * @module
 */

import type { Awaitable } from "./store.ts";

/** The arguments of a fetch call. */
export type FetchInput = Parameters<typeof globalThis.fetch>[0];
/** The options of a fetch call. */
export type FetchInit = Parameters<typeof globalThis.fetch>[1];

/** The cache modes of the Fetch standard; not every runtime's types know them. */
export type FetchCache =
  | "default"
  | "no-store"
  | "reload"
  | "no-cache"
  | "force-cache"
  | "only-if-cached";

/** A fetch call as the cache sees it. */
export interface Call {
  readonly input: FetchInput;
  readonly init: FetchInit;
  /** The absolute URL, as far as it can be told. */
  readonly url: string;
  readonly method: string;
  readonly signal: AbortSignal | undefined;
  /** The cache mode of the Fetch standard, where one is named. */
  readonly cache: FetchCache | undefined;
  /** The headers that count: those of `init` replace those of a Request (Fetch standard, 5.4). */
  headers(): Headers;
  /** The body as text; `null` where it is no UTF-8 text or must not be touched, such as a stream. */
  text(): Awaitable<string | null>;
  /** The same call with this `Cache-Control`, or none where it is empty, and without a cache mode. */
  without(cacheControl: string): Call;
}

/** Reads a fetch call; nothing is consumed. */
export function readCall(input: FetchInput, init: FetchInit): Call {
  const request = isRequest(input) ? input : undefined;
  let read: Headers | undefined;
  function headers(): Headers {
    if (read) return read;
    const given = init?.headers ?? request?.headers;
    return read = given instanceof Headers ? given : new Headers(given);
  }
  return {
    input,
    init,
    url: request ? request.url : absolute(String(input)),
    method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
    signal: init?.signal ?? (init?.signal === undefined ? request?.signal : undefined),
    cache: init?.cache ?? request?.cache,
    headers,
    text() {
      const body = init?.body;
      if (typeof body === "string") return body;
      if (body === undefined || body === null) return request ? readRequest(request) : null;
      return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? decode(body) : null;
    },
    without(cacheControl) {
      const rest = new Headers(headers());
      rest.delete("cache-control");
      if (cacheControl) rest.set("cache-control", cacheControl);
      const { cache: _, ...others } = init ?? {};
      // Some edge runtimes refuse any mode, so none is named unless the Request has one.
      const mode = (request?.cache ?? "default") === "default" ? {} : { cache: "default" as const };
      return readCall(input, { ...others, ...mode, headers: rest });
    },
  };
}

/** By shape: a Request of another realm or of a polyfill is one too. */
function isRequest(input: FetchInput): input is Request {
  return typeof input === "object" && "url" in input && "method" in input;
}

/** In a browser a URL may be relative to the page. */
function absolute(url: string): string {
  const base = globalThis.location?.href;
  return base && URL.canParse(url, base) ? new URL(url, base).href : url;
}

async function readRequest(request: Request): Promise<string | null> {
  if (request.body === null || request.bodyUsed) return null;
  return decode(await request.clone().arrayBuffer());
}

function decode(body: ArrayBuffer | ArrayBufferView): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      body as ArrayBuffer,
    );
  } catch {
    return null;
  }
}
