/**
 * A face of a cache, and the fetch it stands before.
 *
 * @module
 */

import type { Core } from "./core.ts";
import type { Settings } from "./options/settings.ts";
import type { Send } from "./flight/upstream.ts";
import { type Call, readCall } from "./request.ts";

type Fetch = typeof globalThis.fetch;

/** What the parts of the library know of a face. */
export interface Face {
  readonly core: Core;
  readonly settings: Settings;
  /** Answers a fetch call, from the store or through `send`. */
  answer(call: Call, send: Send): Promise<Response>;
}

/** What a fetch of ours wraps, and for whom. */
export interface Wrapped {
  readonly upstream: Fetch | undefined;
  readonly face: Face;
}

const wrapped = new WeakMap<object, Wrapped>();

const numbers = new WeakMap<Fetch, number>();
let fetches = 0;

/** Tells fetches apart: each may add credentials of its own. The runtime's is 0. */
function numberOf(fetch: Fetch | undefined): number {
  if (fetch === undefined || fetch === globalThis.fetch) return 0;
  const number = numbers.get(fetch) ?? ++fetches;
  numbers.set(fetch, number);
  return number;
}

/** What a fetch of ours wraps; `undefined` for any other. */
export function unwrapFetch(fetch: unknown): Wrapped | undefined {
  return typeof fetch === "function" ? wrapped.get(fetch) : undefined;
}

/** Puts a face before a fetch; without one it is whatever the runtime's is when called. */
export function wrapFetch(face: Face, fetch: Fetch | undefined): Fetch {
  const ours = unwrapFetch(fetch);
  const upstream = ours ? ours.upstream : fetch;
  // Taken out of its object first: browsers throw "Illegal invocation" for a fetch with a `this`.
  const send: Send = Object.assign(
    (...call: Parameters<Fetch>) => (upstream ?? globalThis.fetch)(...call),
    { upstream: numberOf(upstream) },
  );
  const cached = async (...[input, init]: Parameters<Fetch>) =>
    await face.answer(readCall(input, init), send);
  // SDKs look for `fetch.Response` and the like, and Bun's own has a `preconnect`.
  const base = upstream ?? globalThis.fetch;
  for (const name of Reflect.ownKeys(base)) {
    if (Object.hasOwn(cached, name) || name === "prototype") continue;
    Object.defineProperty(cached, name, Object.getOwnPropertyDescriptor(base, name)!);
  }
  wrapped.set(cached, { upstream, face });
  return cached as Fetch;
}
