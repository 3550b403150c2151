import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheOptions, cacheStatus, createCache } from "../mod.ts";
import { listen } from "./listen.ts";
import { AzureOpenAI, OpenAI } from "./sdk.ts";
import { all, question } from "./stage.ts";
import { outcome } from "./trial.ts";
import { startWire, type Wire } from "./wire.ts";

const plain = { apiKey: "sk-test", maxRetries: 0 };
const choice = { index: 0, message: { role: "assistant", content: "é" }, finish_reason: "stop" };
const whole = JSON.stringify({ id: "x", choices: [choice] });

/** Runs with a server, and without us as with us. */
async function onWire(play: (wire: Wire) => Promise<void>, body = whole): Promise<void> {
  const wire = await startWire();
  wire.answer("200 OK", body);
  try {
    await play(wire);
  } finally {
    await wire.close();
  }
}

/** Multipart bodies have a boundary made by chance. */
function withoutBoundary(request: string): string {
  const [, boundary] = /boundary="?([^"\r\n;]+)/i.exec(request) ?? [];
  return boundary ? request.replaceAll(boundary, "boundary") : request;
}

type Asking = (openai: OpenAI) => PromiseLike<unknown>;

const file = () => new File(["{}\n"], "data.jsonl", { type: "application/jsonl" });
const long = "a — é 日本 👋 ".repeat(20_000);

/** What the cache answers or records. */
const chats: Readonly<Record<string, Asking>> = {
  "a whole answer": (openai) => openai.chat.completions.create(question),
  "a stream": async (openai) =>
    all(await openai.chat.completions.create({ ...question, model: "n", stream: true })),
  "the stream helper": (openai) =>
    outcome(() => openai.chat.completions.stream({ ...question, model: "o" }).done()),
  "headers, query, timeout and an idempotency key": (openai) =>
    openai.chat.completions.create({ ...question, model: "p" }, {
      headers: { "X-Own": "A, b", "x-null": null, "OpenAI-Beta": "x=1" },
      query: { a: "b c", d: ["e", "f"] },
      timeout: 7_000,
      idempotencyKey: "once",
      signal: new AbortController().signal,
    }),
  "a prompt of 400 KB that is not ASCII": (openai) =>
    openai.chat.completions.create({ model: "q", messages: [{ role: "user", content: long }] }),
  "odd JSON": (openai) =>
    openai.chat.completions.create({
      messages: [{ content: "\u2028\ud83d\udc4b\u0000\\", role: "user" }],
      model: "r",
      seed: -0,
      temperature: 1e-7,
      metadata: { __proto__: "x", "": "empty" },
    }),
  "a response": (openai) => openai.responses.create({ model: "m", input: "hello" }),
  "embeddings": (openai) => openai.embeddings.create({ model: "e", input: ["a", "b"] }),
};

/** What passes through. */
const others: Readonly<Record<string, Asking>> = {
  "models.list()": async (openai) => (await openai.models.list()).data,
  "models.retrieve()": (openai) => openai.models.retrieve("gpt é"),
  "models.delete()": (openai) => openai.models.delete("m"),
  "a stored response": (openai) => openai.responses.retrieve("resp_1"),
  "completions": (openai) => openai.completions.create({ model: "m", prompt: "once" }),
  "moderations": (openai) => openai.moderations.create({ input: "hello" }),
  "stored completions": async (openai) => (await openai.chat.completions.list({ limit: 3 })).data,
  "a file": (openai) => openai.files.create({ file: file(), purpose: "fine-tune" }),
  "audio": (openai) => openai.audio.transcriptions.create({ file: file(), model: "w" }),
  "speech": async (openai) =>
    (await openai.audio.speech.create({ input: "hi", model: "t", voice: "alloy" })).text(),
};

/** A client of the wire, without us and, under a cache, on a fetch that keeps what it answered. */
function clients(wire: Wire, options: CacheOptions = {}) {
  const heard = listen();
  const given: Response[] = [];
  const received: Response[] = [];
  const keep = (into: Response[], fetch: typeof globalThis.fetch) =>
    (async (input, init) => {
      const response = await fetch(input, init);
      into.push(response);
      return response;
    }) as typeof globalThis.fetch;
  const make = (fetch?: typeof globalThis.fetch) =>
    new OpenAI({ ...plain, baseURL: `${wire.origin}/v1`, ...(fetch && { fetch }) });
  const cache = createCache({ store: memoryStore(), onEvent: heard.onEvent, ...options });
  // The SDK looks for `Response` on its fetch.
  const upstream = Object.assign(keep(given, globalThis.fetch), { Response });
  const cached = cache.chat(make(upstream));
  const watched = cached.withOptions({
    fetch: Object.assign(keep(received, (cached as unknown as { fetch: typeof fetch }).fetch), {
      Response,
    }),
  });
  return { bare: make(), cached: watched, given, received, ...heard };
}

for (const [name, ask] of Object.entries({ ...chats, ...others })) {
  test(`wire: what goes out is what the SDK sends without us, byte for byte: ${name}`, () =>
    onWire(async (wire) => {
      const { bare, cached } = clients(wire);
      await outcome(() => ask(bare));
      await outcome(() => ask(cached));
      const [without, within, ...more] = wire.requests.map(withoutBoundary);
      assert.equal(more.length, 0);
      assert.ok(without!.length > 100);
      assert.equal(within, without);
    }));
}

for (const [name, ask] of Object.entries(others)) {
  test(`pass: ${name}: upstream's own Response object, each time anew`, () =>
    onWire(async (wire) => {
      const { bare, cached, given, received, story } = clients(wire);
      const expected = await outcome(() => ask(bare));
      assert.deepEqual(await outcome(() => ask(cached)), expected);
      assert.deepEqual(await outcome(() => ask(cached)), expected);
      assert.equal(wire.requests.length, 3);
      assert.equal(given.length, 2);
      assert.deepEqual(received.map((response, at) => response === given[at]), [true, true]);
      for (const response of received) {
        const detail = "unsupported-endpoint";
        assert.deepEqual(cacheStatus(response), {
          hit: false,
          fwd: "bypass",
          collapsed: false,
          detail,
        });
      }
      assert.deepEqual(story(), Array(2).fill("bypass unsupported-endpoint"));
    }, JSON.stringify({ object: "list", data: [{ embedding: [1], id: "m" }], text: "hi" })));
}

test("wire: Azure", () =>
  onWire(async (wire) => {
    const make = () =>
      new AzureOpenAI({
        ...plain,
        apiVersion: "2025-04-01",
        endpoint: wire.origin,
        deployment: "d",
      });
    await make().chat.completions.create(question);
    const cache = createCache({ store: memoryStore() });
    await cache.chat(make()).chat.completions.create(question);
    const [without, within] = wire.requests;
    assert.match(
      without!,
      /^POST \/openai\/deployments\/d\/chat\/completions\?api-version=2025-04-01 /,
    );
    assert.equal(within, without);
  }));

for (const line of ["299 Fine", "200 ", "200 Tr\u00e8s bien", "600 Odd", "999 Odder"]) {
  test(`wire: a status line that is not everybody's: ${JSON.stringify(line)}`, () =>
    onWire(async (wire) => {
      wire.answer(line, whole);
      const init = { method: "POST", body: JSON.stringify(question) };
      const see = async (fetch: typeof globalThis.fetch) => {
        const response = await fetch(`${wire.origin}/v1/chat/completions`, init);
        const { status, statusText, ok, url } = response;
        return { status, statusText, ok, url, text: await response.text() };
      };
      const cache = createCache({ store: memoryStore() });
      const bare = await see(globalThis.fetch);
      assert.deepEqual(await see(cache.fetch), bare);
      assert.deepEqual(await see(cache.fetch), bare);
      assert.equal(wire.requests.length, line.startsWith("2") ? 2 : 3);
    }));
}
