/**
 * An entry as a Response: a genuine one, because a lighter object that every SDK accepts is an empty
 * body to `Bun.serve`, `Deno.serve` and `caches.put`.
 *
 * @module
 */

import { bodyStream } from "./flight/body.ts";
import type { Recording } from "./entry.ts";
import type { Pace } from "./options/face.ts";
import type { Reader } from "./flight/flight.ts";
import { ownBytes } from "./serving/own-bytes.ts";
import type { Wait } from "./options/options.ts";

/** How the chunks of a replay are timed. */
export interface Pacing {
  readonly pace: Exclude<Pace, "none">;
  /** For each recorded chunk the milliseconds since the call went out, and its size in bytes. */
  readonly chunks: readonly (readonly [number, number])[];
  readonly wait: Wait;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes the response of a hit.
 *
 * @param recording what line 1 of the entry tells.
 * @param answer the bytes to serve.
 * @param url the URL of the request, which the response names as its own.
 * @param status the value of `Cache-Status`.
 * @param pacing without it the answer comes at once.
 */
export function replay(
  recording: Recording,
  answer: Uint8Array,
  url: string,
  status: string,
  pacing?: Pacing,
): Response {
  const body = pacing ? bodyStream(pacedReader(answer, pacing), pacing.signal) : ownBytes(answer);
  const { statusText = "", redirected, headers } = recording;
  const head = { status: recording.status, statusText, url: redirected ?? url };
  return createResponse(body, head, { ...headers, "cache-status": status });
}

/**
 * Makes a response as `fetch` gives them: with a URL, and with whatever status and reason phrase the
 * server had. The constructor takes no URL, 200 to 599 only, and no reason phrase beyond Latin-1.
 */
export function createResponse(
  content: ReadableStream<Uint8Array> | Uint8Array | null,
  { status, statusText, url }: Pick<Response, "status" | "statusText" | "url">,
  headers: Headers | Record<string, string>,
): Response {
  const given = { url: { value: url } };
  const body = content as ReadableStream<Uint8Array>; // To TypeScript a Uint8Array is no BodyInit.
  try {
    return Object.defineProperties(new Response(body, { status, statusText, headers }), given);
  } catch {
    return Object.defineProperties(new Response(body, { headers }), {
      ...given,
      status: { value: status },
      statusText: { value: statusText },
      ok: { value: status >= 200 && status <= 299 },
    });
  }
}

/** Reads an answer in the chunks it was recorded in, each after its pause. */
export function pacedReader(
  answer: Uint8Array,
  { pace, chunks, wait, signal }: Pacing,
): Reader<Uint8Array> {
  const stop = new AbortController();
  let at = 0;
  let index = 0;
  let clock = 0;
  return {
    async next() {
      if (at >= answer.length) return null;
      const [time, size] = chunks[index] ?? [clock, answer.length];
      const pause = pace === "recorded" ? time - clock : index === 0 ? 0 : pace;
      clock = time;
      index++;
      if (pause > 0) await wait(pause, stop.signal);
      // A last chunk that was cut short by an event left out ends where the answer does.
      const chunk = answer.slice(at, index >= chunks.length ? undefined : at + size);
      at += chunk.length;
      return chunk;
    },
    leave(reason) {
      stop.abort(reason ?? signal?.reason);
    },
  };
}
