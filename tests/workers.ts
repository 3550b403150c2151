import { memoryStore } from "../adapters/memory.ts";
import { type Cache, type CacheOptions, type CacheStore, createCache } from "../mod.ts";
import { type Clock, clock } from "./clock.ts";
import { LAST, whole, word } from "./crowd.ts";
import { type Gate, gate } from "./gate.ts";
import { listen } from "./listen.ts";

/** A call that has gone out: the test answers it. */
export interface Sent extends Gate<Response> {
  /** Whose it is: the number of the worker. */
  readonly worker: number;
}

/** One of several processes, as far as the store can tell. */
export interface Worker extends Pick<ReturnType<typeof listen>, "events" | "story"> {
  readonly cache: Cache;
  /** Asks by a plain fetch. */
  ask(more?: Ask): Promise<Response>;
}

/** What a question differs in. */
export interface Ask {
  readonly stream?: boolean;
  readonly cacheControl?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** Several processes that share what a store keeps, and the clock by which their claims hold. */
export interface Workers {
  readonly workers: readonly Worker[];
  readonly clock: Clock;
  /** What they share. */
  readonly store: CacheStore;
  /** What has gone out so far. */
  readonly sent: readonly Sent[];
}

/**
 * Starts them. Each has an object of its own over the same memory, so that they share no flights.
 *
 * @param options of all, or of each.
 */
export function workersOf(
  count: number,
  options: CacheOptions | ((worker: number) => CacheOptions) = {},
  time: Clock = clock(),
): Workers {
  const store = memoryStore({ now: time.now });
  const sent: Sent[] = [];
  const workers = Array.from({ length: count }, (_, worker): Worker => {
    const { events, story, onEvent } = listen();
    const fetch = (_: unknown, init?: RequestInit) => {
      const call = { worker, ...gate<Response>() };
      sent.push(call);
      init?.signal?.addEventListener("abort", () => call.fail(init.signal!.reason));
      return call.opened;
    };
    const cache = createCache({
      store: { ...store },
      now: time.now,
      wait: time.wait,
      onEvent,
      fetch: fetch as typeof globalThis.fetch,
      ...(typeof options === "function" ? options(worker) : options),
    });
    const ask = ({ stream, cacheControl, key = "a", signal }: Ask = {}) =>
      cache.fetch("https://x.test/v1/chat/completions", {
        method: "POST",
        headers: { authorization: key, ...(cacheControl && { "cache-control": cacheControl }) },
        body: JSON.stringify({ model: "m", messages: [], ...(stream && { stream }) }),
        ...(signal && { signal }),
      });
    return { cache, events, story, ask };
  });
  return { workers, clock: time, store, sent };
}

/** A whole answer. */
export const answer = (content = "hi"): Response => new Response(whole(content));

/** A streamed one. */
export const stream = (): Response => new Response(word("one") + word("two") + LAST);
