import assert from "node:assert/strict";
import type { Cache, CacheStore } from "../mod.ts";
import { DONE, event } from "./completions.ts";
import { type Call, type Endpoint, type Reply, type Script, script } from "./endpoint.ts";
import { settle } from "./gate.ts";
import { question } from "./stage.ts";

/** What a caller of a crowd may ask differently. */
export interface Question {
  readonly stream?: boolean;
  readonly model?: string;
  /** What the credential header holds. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** Asks the endpoint through a face of a cache, as any SDK would. */
export function ask(
  { fetch }: Pick<Cache, "fetch">,
  { url }: Endpoint,
  { stream = true, model = "m", key = "sk-1", signal }: Question = {},
): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ ...question, model, ...(stream && { stream }) }),
    ...(signal && { signal }),
  });
}

const chunk = (choice: object) =>
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, ...choice }],
  });

/** One word of a stream, as it goes over the wire. */
export const word = (content: string): string => chunk({ delta: { content }, finish_reason: null });
/** What says that the answer is whole. */
export const LAST: string = chunk({ delta: {}, finish_reason: "stop" }) + DONE;

/** A whole answer. */
export const whole = (content: string): string =>
  JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
  });

const STREAM = { "content-type": "text/event-stream" };

/** A stream that the test writes; each call gets the next of the scripts. */
export function streaming(...scripts: Script[]): (call: Call) => Reply {
  return (call) => ({ headers: STREAM, body: scripts[call.number - 1] ?? scripts.at(-1)! });
}

/** A script with what it begins with. */
export function begin(...parts: string[]): Script {
  const body = script();
  parts.forEach((part) => body.send(part));
  return body;
}

/** Reads a body chunk by chunk. */
export function reading(response: Response): {
  /** Reads until so much text has come since the last time, or the end. */
  until(text: string): Promise<void>;
  rest(): Promise<string>;
  cancel(): Promise<void>;
} {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let all = "";
  const next = async () => {
    const { done, value } = await reader.read();
    all += decoder.decode(value, { stream: !done });
    return !done;
  };
  return {
    async until(text) {
      while (!all.includes(text)) assert.ok(await next(), `the end came before ${text}`);
    },
    async rest() {
      while (await next());
      return all;
    },
    cancel: () => reader.cancel(),
  };
}

/** A store whose every verb answers later: in a turn of its own, or in as many as `turns` says. */
export function later(store: CacheStore, turns: () => number = () => 1): CacheStore {
  const put = async <T>(act: () => T | PromiseLike<T>): Promise<T> => {
    // What is there is looked up at once, and told later: what lands meanwhile is missed.
    const value = await act();
    for (let turn = turns(); turn > 0; turn--) await settle();
    return value;
  };
  return {
    get: (key) => put(() => store.get(key)),
    set: (key, value) => put(() => store.set(key, value)),
    delete: (key) => put(() => store.delete(key)),
    keys: () => store.keys(),
    head: (key, bytes) => put(() => store.head ? store.head(key, bytes) : store.get(key)),
  };
}

/** Counts equal sentences. */
export function tally(story: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sentence of story) counts[sentence] = (counts[sentence] ?? 0) + 1;
  return counts;
}
