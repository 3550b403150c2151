/**
 * A provider of vectors in the three formats. What it gives for an input depends on that input, the
 * model and the parameters alone; it counts a token for each input.
 */

import { memoryStore } from "../adapters/memory.ts";
import {
  type Cache,
  type CacheEvent,
  type CacheOptions,
  type CacheStore,
  createCache,
} from "../mod.ts";
import type { JsonObject } from "../src/dialect.ts";
import { listen } from "./listen.ts";

/** How many numbers a vector has. */
const SIZE = 3;

/** Numbers of few digits, as 32-bit floats are written. */
function vectorOf(...of: unknown[]): number[] {
  let state = 7;
  for (const character of JSON.stringify(of)) {
    state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0;
  }
  return Array.from({ length: SIZE }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 12) % 20000 - 10000) / 10000;
  });
}

const base64Of = (vector: number[]) =>
  btoa(String.fromCharCode(...new Uint8Array(new Float32Array(vector).buffer)));

function openai({ input, model, dimensions, encoding_format }: JsonObject): JsonObject {
  const isOne = typeof input === "string" || typeof (input as unknown[])[0] === "number";
  const inputs = isOne ? [input] : input as unknown[];
  const data = inputs.map((input, index) => {
    const vector = vectorOf(input, model, dimensions);
    const embedding = encoding_format === "base64" ? base64Of(vector) : vector;
    return { object: "embedding", index, embedding };
  });
  const usage = { prompt_tokens: inputs.length, total_tokens: inputs.length };
  return { object: "list", data, model: `${model}-v2`, usage };
}

function ollama({ input, model, options, truncate }: JsonObject): JsonObject {
  const embeddings = [input].flat().map((input) => vectorOf(input, model, options, truncate));
  return { model, embeddings, total_duration: 14143917, prompt_eval_count: embeddings.length };
}

function gemini(body: JsonObject): JsonObject {
  const { requests = [body] } = body;
  const embeddings = (requests as JsonObject[]).map(({ content, taskType, title }) => (
    { values: vectorOf(content, taskType, title) }
  ));
  const usageMetadata = { promptTokenCount: embeddings.length };
  return body.requests
    ? { embeddings, usageMetadata }
    : { embedding: embeddings[0], usageMetadata };
}

/** One format: where it is asked, and what the provider gives. */
export interface Format {
  readonly url: string;
  give(body: JsonObject): JsonObject;
  /** A request for these inputs. */
  ask(inputs: readonly unknown[]): JsonObject;
  /** The inputs of a request. */
  inputsOf(body: JsonObject): readonly unknown[];
  /** The answer without what was spent, and what was spent. */
  read(answer: JsonObject): { readonly rest: JsonObject; readonly spent: unknown };
}

const model = "https://generativelanguage.googleapis.com/v1beta/models/m";
const text = (input: unknown) => ({ parts: [{ text: String(input) }] });

/** The formats by the names of their dialects. */
export const formats: Readonly<Record<string, Format>> = {
  "openai-embeddings": {
    url: "https://api.openai.com/v1/embeddings",
    give: openai,
    ask: (input) => ({ model: "m", input }),
    inputsOf: ({ input }) => input as unknown[],
    read({ usage, ...rest }) {
      return { rest, spent: (usage as JsonObject).prompt_tokens };
    },
  },
  "gemini-embed": {
    url: `${model}:batchEmbedContents`,
    give: gemini,
    ask: (inputs) => ({
      requests: inputs.map((input) => ({ model: "models/m", content: text(input) })),
    }),
    inputsOf: ({ requests }) =>
      (requests as { content: ReturnType<typeof text> }[]).map(({ content }) =>
        content.parts[0]!.text
      ),
    read({ usageMetadata, ...rest }) {
      return { rest, spent: (usageMetadata as JsonObject).promptTokenCount };
    },
  },
  "ollama-embed": {
    url: "http://localhost:11434/api/embed",
    give: ollama,
    ask: (inputs) => ({ model: "m", input: inputs.map(String) }),
    inputsOf: ({ input }) => input as unknown[],
    read({ total_duration: _, prompt_eval_count, ...rest }) {
      return { rest, spent: prompt_eval_count };
    },
  },
};

/** One request as it went out. */
export interface Sent {
  readonly url: string;
  readonly body: JsonObject;
  readonly headers: Headers;
}

/** A fetch that leads to the provider. */
export interface Provider {
  readonly fetch: typeof globalThis.fetch;
  /** What went out so far. */
  readonly sent: Sent[];
  /** Tells and forgets the bodies that went out since it was last asked. */
  out(): JsonObject[];
}

/**
 * Starts a provider of one format.
 *
 * @param change what it answers otherwise; gets what it would give.
 */
export function providerOf(
  { give }: Format,
  change: (given: JsonObject, sent: Sent, number: number) => unknown = (given) => given,
): Provider {
  const sent: Sent[] = [];
  let told = 0;
  const fetch = async (...[input, init]: Parameters<typeof globalThis.fetch>) => {
    const request = new Request(input, init);
    const body = JSON.parse(await request.text());
    const one = { url: request.url, body, headers: request.headers };
    sent.push(one);
    const answer = await change(give(body), one, sent.length);
    if (answer instanceof Response) return answer;
    return new Response(JSON.stringify(answer), {
      headers: { "content-type": "application/json", "x-request-id": `req_${sent.length}` },
    });
  };
  return {
    fetch: fetch as typeof globalThis.fetch,
    sent,
    out() {
      const fresh = sent.slice(told).map(({ body }) => body);
      told = sent.length;
      return fresh;
    },
  };
}

/** Asks for vectors through a fetch. */
export async function askFor(
  fetch: typeof globalThis.fetch,
  url: string,
  body: JsonObject,
  init: RequestInit = {},
): Promise<{ readonly answer: JsonObject; readonly status: string; readonly response: Response }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    ...init,
    body: JSON.stringify(body),
  });
  const status = response.headers.get("cache-status") ?? "";
  return {
    answer: await response.json(),
    status: status.replace(/; key="\w+\.whole"/, ""),
    response,
  };
}

/** What a test of batches needs: a cache before a provider of one format. */
export interface EmbeddingStage extends Omit<Provider, "out"> {
  readonly cache: Cache;
  readonly store: CacheStore;
  ask(inputs: readonly unknown[], more?: object, init?: RequestInit): ReturnType<typeof askFor>;
  /** The inputs of every call that went out since it was last asked. */
  out(): (readonly unknown[])[];
  /** What the provider would give, what was spent aside. */
  right(inputs: readonly unknown[], more?: object): JsonObject;
  readonly events: CacheEvent[];
  story(): string[];
}

/** Puts a cache before a provider; its store is memory unless told. */
export function stageOf(
  format: Format,
  options: CacheOptions = {},
  change?: Parameters<typeof providerOf>[1],
): EmbeddingStage {
  const provider = providerOf(format, change);
  const { onEvent, events, story } = listen();
  const store = options.store ?? memoryStore();
  const cache = createCache({ fetch: provider.fetch, onEvent, ...options, store });
  const body = (inputs: readonly unknown[], more: object) => ({ ...format.ask(inputs), ...more });
  return {
    ...provider,
    cache,
    store,
    ask: (inputs, more = {}, init) => askFor(cache.fetch, format.url, body(inputs, more), init),
    out: () => provider.out().map(format.inputsOf),
    right: (inputs, more = {}) => format.read(format.give(body(inputs, more))).rest,
    events,
    story,
  };
}
