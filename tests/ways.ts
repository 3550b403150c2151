import { type Cache, type CacheOptions, createCache } from "../mod.ts";
import { LAST, whole, word } from "./crowd.ts";
import { all } from "./stage.ts";

/** The ways to ask, and the one right answer to each. */
export const RIGHT = {
  "a fetch": whole("hi"),
  "a streamed fetch": word("one") + word("two") + LAST,
  "a function": { text: "hi" },
  "a generator": [{ n: 1 }, { n: 2 }],
} as const;

/** One of the ways to ask. */
export type Way = keyof typeof RIGHT;
/** All of them. */
export const WAYS: readonly Way[] = Object.keys(RIGHT) as Way[];

/** A cache before a provider that always gives the right answer, without a network. */
export function asking(options: CacheOptions): {
  readonly cache: Cache;
  /** Asks one of the ways. */
  ask(way: Way): Promise<unknown>;
  /** Counts and forgets the calls that went out. */
  out(): number;
} {
  let count = 0;
  const parts = [word("one"), word("two"), LAST].map((part) => new TextEncoder().encode(part));
  const fetch = (_: unknown, init?: RequestInit) => {
    count++;
    const rest = [...parts];
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const part = rest.shift();
        if (part) controller.enqueue(part);
        else controller.close();
      },
    });
    return Promise.resolve(new Response(`${init?.body}`.includes("stream") ? stream : whole("hi")));
  };
  const cache = createCache({ ...options, fetch: fetch as typeof globalThis.fetch });
  const post = async (body: object) => {
    const init = { method: "POST", body: JSON.stringify({ model: "m", messages: [], ...body }) };
    return await (await cache.fetch("https://x.test/v1/chat/completions", init)).text();
  };
  const value = cache.chat((_: { model: string }) => (count++, Promise.resolve({ text: "hi" })));
  const values = cache.chat(async function* (_: { model: string }) {
    count++;
    yield { n: 1 };
    yield { n: 2 };
  });
  const ways: Record<Way, () => Promise<unknown>> = {
    "a fetch": () => post({}),
    "a streamed fetch": () => post({ stream: true }),
    "a function": async () => await value({ model: "m" }),
    "a generator": () => all(values({ model: "m" })),
  };
  return {
    cache,
    ask: (way) => ways[way](),
    out() {
      const counted = count;
      count = 0;
      return counted;
    },
  };
}
