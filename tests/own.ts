/** A format of the user's own, and a place to try such formats at. */

import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, type CacheOptions, createCache, type Dialect } from "../mod.ts";

/** POST …/complete {"model", "prompt", "trace", "api_key"}, answered by {"text", "done"}. */
export const complete: Dialect = {
  name: "complete",
  shape: { omit: ["trace"], secret: ["api_key"] },
  matches: (path) => path.endsWith("/complete"),
  ask: ({ model, prompt }) =>
    typeof model === "string" && typeof prompt === "string"
      ? { form: "whole", model, usage: false, limited: false, words: prompt }
      : null,
  bypass: ({ stream }) => stream === true ? "streams" : undefined,
  record() {
    const decoder = new TextDecoder();
    let text = "";
    return {
      push(bytes) {
        text += decoder.decode(bytes, { stream: true });
        return false;
      },
      verdict: (ended) =>
        ended && JSON.parse(text).done === true
          ? { keep: "yes", usage: { input: 1, output: 2, ...{ extra: 3 } } }
          : { keep: "no", reason: "cut" },
    };
  },
  fit: (answer) => answer,
  error: (message, code) => ({ error: { message, code } }),
};

/** A cache with these formats before a server that always answers the same. */
export function stageOf(
  dialects: readonly Dialect[],
  answer: object,
  { store = memoryStore(), ...options }: CacheOptions = {},
) {
  const events: CacheEvent[] = [];
  let out = 0;
  const cache = createCache({
    ...options,
    dialects,
    store,
    onEvent: (event) => events.push(event),
    fetch() {
      out++;
      return Promise.resolve(Response.json(answer));
    },
  });
  const hints: string[] = [];

  function tell(event: CacheEvent): string {
    if ("hint" in event && event.hint !== undefined) hints.push(event.hint);
    const why = "reason" in event ? event.reason : "detail" in event ? event.detail : undefined;
    return event.status + (why === undefined ? "" : ` ${why}`);
  }

  return {
    async ask(body: object, path = "/complete"): Promise<unknown> {
      const url = `https://own.test${path}`;
      const response = await cache.fetch(url, { method: "POST", body: JSON.stringify(body) });
      return response.json();
    },
    /** What happened since the last time. */
    told: () => events.splice(0).map(tell),
    hints: () => hints.splice(0),
    out: () => out,
    async entries(): Promise<string[]> {
      const texts: string[] = [];
      for await (const key of store.keys()) {
        texts.push(new TextDecoder().decode((await store.get(key))!));
      }
      return texts;
    },
  };
}
