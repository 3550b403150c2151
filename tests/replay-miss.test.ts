/** What each SDK shows of a miss in `replay` mode: one clear error, word for word, and no retry. */

import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import Groq from "groq-sdk";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ollama } from "ollama";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { OpenAI } from "./sdk.ts";

type Fetch = typeof globalThis.fetch;

const messages = (content: string) => [{ role: "user" as const, content }];
const whole = { role: "assistant", content: "hi" };

/** How an SDK is given a fetch and asked, what its provider answers, and what its error shows. */
interface Client {
  ask(fetch: Fetch, content: string): PromiseLike<unknown>;
  readonly answer: object;
  /** What was asked, as the error says it. */
  readonly what: string;
  /** The name of the wire format, and where in the body the content is. */
  readonly format: [name: string, path: string];
  /** How the SDK shows what the error says. */
  show(message: string): string;
  /** More that the error tells. */
  readonly more: Readonly<Record<string, unknown>>;
}

const openaiShape = { status: 400, code: "llmcache_replay_miss", type: "invalid_request_error" };
const chat = { id: "c", choices: [{ index: 0, message: whole, finish_reason: "stop" }] };
const key = { apiKey: "none-needed" };

const clients: Readonly<Record<string, Client>> = {
  "openai, chat completions": {
    ask: (fetch, content) =>
      new OpenAI({ ...key, fetch }).chat.completions
        .create({ model: "m", messages: messages(content) }),
    answer: chat,
    what: "m at https://api.openai.com/v1/chat/completions",
    format: ["openai-chat", "body.messages.0.content"],
    show: (message) => `400 ${message}`,
    more: openaiShape,
  },
  "openai, responses": {
    ask: (fetch, input) => new OpenAI({ ...key, fetch }).responses.create({ model: "m", input }),
    answer: {
      id: "r",
      object: "response",
      status: "completed",
      output: [{ type: "message", content: [] }],
    },
    what: "m at https://api.openai.com/v1/responses",
    format: ["openai-responses", "body.input"],
    show: (message) => `400 ${message}`,
    more: openaiShape,
  },
  "@anthropic-ai/sdk": {
    ask: (fetch, content) =>
      new Anthropic({ ...key, fetch }).messages
        .create({ model: "m", max_tokens: 9, messages: messages(content) }),
    answer: {
      id: "a",
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: "hi" }],
      stop_reason: "end_turn",
    },
    what: "m at https://api.anthropic.com/v1/messages",
    format: ["anthropic-messages", "body.messages.0.content"],
    // The SDK shows the whole body of every error.
    show: (message) =>
      `400 ${
        JSON.stringify({
          type: "error",
          error: { type: "invalid_request_error", message, code: "llmcache_replay_miss" },
          request_id: null,
        })
      }`,
    more: { status: 400, type: "invalid_request_error" },
  },
  "@google/genai": {
    ask: (fetch, contents) =>
      new GoogleGenAI(
        { ...key, httpOptions: { fetch } } as ConstructorParameters<
          typeof GoogleGenAI
        >[0],
      ).models.generateContent({ model: "m", contents }),
    answer: { candidates: [{ content: { parts: [{ text: "hi" }] }, finishReason: "STOP" }] },
    what: "m at https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
    format: ["gemini", "body.contents.0.parts.0.text"],
    // The SDK shows the whole body of every error.
    show: (message) =>
      JSON.stringify({
        error: {
          code: 400,
          message,
          status: "INVALID_ARGUMENT",
          details: [{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "llmcache_replay_miss",
            domain: "llmcache",
          }],
        },
      }),
    more: { name: "ApiError", status: 400 },
  },
  "ollama": {
    ask: (fetch, content) =>
      new Ollama({ fetch }).chat({ model: "m", messages: messages(content) }),
    answer: { model: "m", message: whole, done: true, done_reason: "stop" },
    what: "m at http://127.0.0.1:11434/api/chat",
    format: ["ollama", "body.messages.0.content"],
    show: (message) => message,
    more: { name: "ResponseError", status_code: 400 },
  },
  "groq-sdk": {
    ask: (fetch, content) =>
      new Groq({ ...key, fetch }).chat.completions
        .create({ model: "m", messages: messages(content) }),
    answer: chat,
    what: "m at https://api.groq.com/openai/v1/chat/completions",
    format: ["openai-chat", "body.messages.0.content"],
    show: (message) =>
      `400 ${
        JSON.stringify({
          error: {
            message,
            type: "invalid_request_error",
            param: null,
            code: "llmcache_replay_miss",
          },
        })
      }`,
    more: { status: 400 },
  },
};

for (const [name, client] of Object.entries(clients)) {
  test(`replay miss: ${name}`, async () => {
    let [asked, out] = [0, 0];
    const cache = createCache({
      store: memoryStore(),
      now: () => Date.UTC(2026, 10, 25),
      fetch: () => {
        out++;
        return Promise.resolve(Response.json(client.answer));
      },
    });
    await client.ask(cache.fetch, "It is 9:05. Hello");
    assert.equal(out, 1);
    const replay = cache.with({ mode: "replay" });
    const counted: Fetch = Object.assign((...call: Parameters<Fetch>) => {
      asked++;
      return replay.fetch(...call);
    });
    await client.ask(counted, "It is 9:05. Hello");
    assert.equal(asked, 1);
    const [format, path] = client.format;
    const message = "llmcache: in replay mode nothing goes out, and it is not in the cache: " +
      `${client.what}: "It is 9:06. Hello". The only stored ${format} request, recorded ` +
      `2026-11-25T00:00:00.000Z, differs: ${path} asked "It is 9:06. Hello", stored ` +
      '"It is 9:05. Hello" (a timestamp). ' +
      'Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=auto).';
    await assert.rejects(Promise.resolve(client.ask(counted, "It is 9:06. Hello")), {
      message: client.show(message),
      ...client.more,
    });
    assert.deepEqual([asked, out], [2, 1], "it is not retried, and nothing goes out");
  });
}

test("replay miss: under only-if-cached a 504, which is not retried either", async () => {
  let asked = 0;
  const { fetch } = createCache({ store: memoryStore(), fetch: () => assert.fail("it goes out") });
  const counted: Fetch = Object.assign((...call: Parameters<Fetch>) => {
    asked++;
    return fetch(...call);
  });
  const headers = { "Cache-Control": "only-if-cached" };
  const question = { model: "m", messages: messages("hi") };
  const asks = [
    new OpenAI({ ...key, fetch: counted }).chat.completions.create(question, { headers }),
    new Anthropic({ ...key, fetch: counted }).messages
      .create({ ...question, max_tokens: 9 }, { headers }),
    new Groq({ ...key, fetch: counted }).chat.completions.create(question, { headers }),
  ];
  for (const ask of asks) {
    await assert.rejects(Promise.resolve(ask), (error: Error & { status?: number }) => {
      assert.equal(error.status, 504);
      assert.match(error.message, /the call is only-if-cached, and it is not in the cache/);
      return true;
    });
  }
  assert.equal(asked, asks.length);
});

/** Each asks what is not cached, and gets an error that it can read. */
const others: Readonly<Record<string, (fetch: Fetch) => PromiseLike<unknown>>> = {
  "openai": (fetch) => new OpenAI({ ...key, fetch }).models.list(),
  "@anthropic-ai/sdk": (fetch) => new Anthropic({ ...key, fetch }).models.list(),
  "groq-sdk": (fetch) => new Groq({ ...key, fetch }).models.list(),
  "ollama": (fetch) => new Ollama({ fetch }).ps(),
};

for (const [name, ask] of Object.entries(others)) {
  test(`replay miss: ${name}, of what is not cached`, async () => {
    let asked = 0;
    const { fetch } = createCache({ store: memoryStore(), mode: "replay" });
    const counted: Fetch = Object.assign((...call: Parameters<Fetch>) => {
      asked++;
      return fetch(...call);
    });
    await assert.rejects(Promise.resolve(ask(counted)), (error: Error) => {
      assert.match(error.message, /cannot be cached \(unsupported-endpoint\): GET http.*`allow`/);
      return true;
    });
    assert.equal(asked, 1);
  });
}
