/**
 * Of a batch only what is unknown goes out; the answer is put together as if all had.
 *
 * @module
 */

import type { Parts } from "./batch.ts";
import { areAlike, type Items, unknownPlaces } from "./items.ts";
import type { Missing } from "../lookup.ts";
import { createResponse } from "../replay.ts";
import type { Call, FetchInit, FetchInput } from "../request.ts";
import { isForeign, type Send } from "../flight/upstream.ts";

const partial = new WeakSet<Response>();

/** What `Cache-Status` says of a batch, by the response to the call. */
export function detailOf(response: Response): Missing["detail"] {
  return partial.has(response) ? "partial" : undefined;
}

/** Makes a call of which only the unknown items go out; where that leaves a doubt, all of it does. */
export function partialSend({ items }: Missing, call: Call, send: Send): Send {
  if (!items) return send;
  const sendRest = async (input: FetchInput, init: FetchInit) => {
    const response = await askForRest(items, call, send, init);
    if (!response) return send(input, init);
    partial.add(response);
    return response;
  };
  return Object.assign(sendRest, { upstream: send.upstream });
}

/**
 * Asks for the unknown items, through the client's own fetch.
 *
 * @returns the response to the whole batch, or upstream's own where that is an error; `null` where the
 *   two parts might not fit.
 */
async function askForRest(
  items: Items,
  call: Call,
  send: Send,
  init: FetchInit,
): Promise<Response | null> {
  const places = unknownPlaces(items);
  const request = rewritten(call, JSON.stringify(items.batch.pick(places)), init);
  if (request) {
    const response = await send(...request);
    if (!isForeign(response) && !response.ok) return response;
    const joined = isForeign(response) ? null : await join(items, places, response);
    if (joined) return joined;
  }
  // What does not fit counts as unknown: all of it is recorded anew.
  items.known.clear();
  items.isWhole = true;
  return null;
}

/** The call with another body, and everything else as it was; `init` holds the call's own signal. */
function rewritten(
  { input, headers }: Call,
  text: string,
  init: FetchInit,
): [FetchInput, FetchInit] | null {
  const own = new Headers(headers());
  if ([...own].some(([name, value]) => isBound(name, value))) return null;
  own.delete("content-length");
  if (typeof input === "string" || input instanceof URL || init?.body) {
    // To bytes the runtime adds no content type.
    const body = typeof init?.body === "string" ? text : new TextEncoder().encode(text);
    return [input, { ...init, headers: own, body }];
  }
  try {
    // A fetch that takes a Request only does not look at what comes with it.
    return [new Request(input, { ...init, headers: own, body: text }), {}];
  } catch {
    return null; // Of another realm, or of a polyfill.
  }
}

/** Headers that vouch for the body as it was. */
function isBound(name: string, value: string): boolean {
  return /^(content-md5|(content-|repr-)?digest|signature(-input)?|x-amz-content-sha256)$/.test(
    name,
  ) ||
    (name === "content-encoding" && value !== "identity") ||
    (name === "authorization" && value.startsWith("AWS4-"));
}

/** Headers of a response that tell of its body as it came. */
const OF_THE_BODY = ["content-length", "content-encoding", "content-digest", "repr-digest", "etag"];

async function join(
  { batch, batching, keys, known }: Items,
  places: readonly number[],
  response: Response,
): Promise<Response | null> {
  const { status, statusText, url, redirected } = response;
  const headers = new Headers(response.headers);
  for (const name of OF_THE_BODY) headers.delete(name);
  const answer = (body: ReadableStream<Uint8Array> | Uint8Array) =>
    Object.defineProperty(
      createResponse(body, { status, statusText, url }, headers),
      "redirected",
      {
        value: redirected,
      },
    );
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    // The answer has begun, so its end fails, not the call.
    return answer(failing(error));
  }
  const parts = batching.read(text);
  if (parts?.items.length !== places.length) return null;
  const { envelope } = parts;
  const fresh = parts.items.map((item) => ({ item, envelope }));
  if (!areAlike([...known.values(), ...fresh])) return null;
  const all = new Map([...known].map(([key, { item }]) => [key, item]));
  places.forEach((place, at) => all.set(keys[place]!, parts.items[at]!));
  const joined: Parts = { envelope, items: keys.map((key) => all.get(key)!) };
  return answer(new TextEncoder().encode(batch.write(joined)));
}

function failing(error: unknown): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.error(error) });
}
