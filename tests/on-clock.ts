import { memoryStore } from "../adapters/memory.ts";
import { type Cache, type CacheOptions, createCache } from "../mod.ts";
import { listen } from "./listen.ts";

/** Where the provider of {@linkcode onClock} is. */
export const URL_ = "https://api.example.com/v1/chat/completions";

/** A request as small as they come, with what it says to the cache. */
export function question(
  cacheControl?: string,
  { cache, model = "m" }: { readonly cache?: RequestCache; readonly model?: string } = {},
): RequestInit {
  return {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(cacheControl !== undefined && { "cache-control": cacheControl }),
    },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] }),
    ...(cache && { cache }),
  };
}

/** The body of the provider's so-manieth answer. */
export const answerOf = (number: number): string =>
  JSON.stringify({
    id: `chatcmpl-${number}`,
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });

/** A cache on a clock that stands still, before a provider whose answers tell them apart. */
export interface OnClock extends Pick<ReturnType<typeof listen>, "story" | "events"> {
  readonly cache: Cache;
  /** What went out. */
  readonly sent: { readonly input: unknown; readonly init: RequestInit | undefined }[];
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
  /** Asks, and tells the number of the answer, or the status where it is none. */
  ask(cacheControl?: string, more?: Parameters<typeof question>[1]): Promise<number>;
}

/**
 * Makes one.
 *
 * @param options those of the cache.
 * @param respond makes an answer from its number; default the plain one.
 */
export function onClock(
  options: CacheOptions = {},
  respond = (number: number): Response | Promise<Response> => new Response(answerOf(number)),
): OnClock {
  const { events, story, onEvent } = listen();
  const sent: { input: unknown; init: RequestInit | undefined }[] = [];
  let seconds = 1_790_000_000;
  const cache = createCache({
    store: memoryStore(),
    onEvent,
    now: () => seconds * 1000,
    fetch: (async (input: unknown, init?: RequestInit) => {
      sent.push({ input, init });
      return await respond(sent.length);
    }) as typeof globalThis.fetch,
    ...options,
  });
  return {
    cache,
    sent,
    events,
    story,
    pass: (more) => void (seconds += more),
    async ask(cacheControl, more) {
      const response = await cache.fetch(URL_, question(cacheControl, more));
      const { id } = await response.json();
      return response.ok ? Number(id.split("-")[1]) : response.status;
    },
  };
}
