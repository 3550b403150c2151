import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { completions, DONE, event } from "./completions.ts";
import type { CacheEvent, MissEvent } from "../mod.ts";
import { gate } from "./gate.ts";
import { script } from "./endpoint.ts";
import { all, onStage, question } from "./stage.ts";

const streamed = { ...question, stream: true } as const;
const sse = { "content-type": "text/event-stream" };
const word = (content: string, finish_reason: string | null = null) =>
  event({
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: { content }, finish_reason }],
  });

test("not stored: an error of the provider reaches the caller unchanged, each time anew", () =>
  onStage(async ({ endpoint, cached, story, out }) => {
    const error = { message: "overloaded", type: "server_error", param: null, code: "busy" };
    const headers = { "content-type": "application/json", "x-request-id": "req_e" };
    endpoint.answer(() => ({ status: 500, headers, body: JSON.stringify({ error }) }));
    const expected = { status: 500, message: "500 overloaded", code: "busy", requestID: "req_e" };
    await assert.rejects(cached().chat.completions.create(question), expected);
    await assert.rejects(cached().chat.completions.create(question), expected);
    assert.equal(out(), 2);
    assert.deepEqual(story(), ["miss status 500", "miss status 500"]);
  }));

test("not stored: the SDK's own retries go on, and what they end with is stored", () =>
  onStage(async ({ endpoint, cache, client, story, out }) => {
    endpoint.answer((call) =>
      call.number === 1
        ? { status: 429, headers: { "retry-after-ms": "1" }, body: "{}" }
        : completions(call)
    );
    const openai = cache().chat(client({ maxRetries: 1 }));
    const answer = await openai.chat.completions.create(question);
    assert.deepEqual(await openai.chat.completions.create(question), answer);
    assert.equal(out(), 2);
    assert.deepEqual(story(), ["miss status 429", "miss", "hit"]);
  }));

test("not stored: a stream that is cut", () =>
  onStage(async ({ endpoint, cached, story }) => {
    const body = script();
    endpoint.answer(() => ({ headers: sse, body }));
    body.send(word("half an"));
    body.cut();
    await assert.rejects(all(cached().chat.completions.create(streamed)));
    assert.deepEqual(story(), ["miss failed"]);
    endpoint.answer(completions);
    await all(cached().chat.completions.create(streamed));
    assert.deepEqual(story(), ["miss"]);
  }));

test("not stored: a stream that ends properly, but without [DONE]", () =>
  onStage(async ({ endpoint, cached, story }) => {
    endpoint.answer(() => ({ headers: sse, body: [word("all of it"), word("", "stop")] }));
    assert.equal((await all(cached().chat.completions.create(streamed))).length, 2);
    assert.equal((await all(cached().chat.completions.create(streamed))).length, 2);
    assert.deepEqual(story(), ["miss cut", "miss cut"]);
  }));

test("not stored: a stream that its reader abandons; the provider is told", () =>
  onStage(async ({ endpoint, cached, story }) => {
    const body = script();
    endpoint.answer(() => ({ headers: sse, body }));
    body.send(word("one"));
    for await (const _ of await cached().chat.completions.create(streamed)) break;
    assert.equal(await endpoint.calls[0]?.left, true);
    assert.deepEqual(story(), ["miss cancelled"]);
  }));

test("not stored: a call that is aborted before its answer", () =>
  onStage(async ({ endpoint, cached }) => {
    endpoint.answer(() => new Promise(() => {}));
    const controller = new AbortController();
    const { signal } = controller;
    const told = gate<CacheEvent>();
    const openai = cached({ onEvent: told.open });
    const asked = assert.rejects(openai.chat.completions.create(question, { signal }), {
      message: "Request was aborted.",
    });
    await endpoint.arrived(1);
    controller.abort();
    await asked;
    assert.equal(await endpoint.calls[0]?.left, true);
    const { status, stored, reason } = await told.opened as MissEvent;
    assert.deepEqual({ status, stored, reason }, {
      status: "miss",
      stored: false,
      reason: "cancelled",
    });
  }));

test("stored first: the answer is kept before its last chunk is handed over", () =>
  onStage(async ({ endpoint, cached }) => {
    const log: string[] = [];
    const memory = memoryStore();
    const store = {
      ...memory,
      async set(key: string, value: Uint8Array) {
        for (let turn = 0; turn < 20; turn++) await new Promise((done) => setTimeout(done));
        await memory.set(key, value);
        log.push("stored");
      },
    };
    const body = script();
    endpoint.answer(() => ({ headers: sse, body }));
    body.send(word("one"));
    for await (const chunk of await cached({ store }).chat.completions.create(streamed)) {
      const content = chunk.choices[0]?.delta.content ?? "";
      log.push(content);
      body.send(content === "one" ? word("two", "stop") : DONE);
      // openai 6 reads on after [DONE], 7 cancels.
      if (content === "two") body.end();
    }
    assert.deepEqual(log.splice(0), ["one", "two", "stored"]);
    endpoint.answer(completions);
    await cached({ store }).chat.completions.create(question);
    assert.deepEqual(log, ["stored"]);
  }));

test("a directory that is named wins over LLMCACHE_DIR", () =>
  onStage(async ({ cached, dir }) => {
    const other = mkdtempSync(join(tmpdir(), "llmcache-other-"));
    const before = process.env.LLMCACHE_DIR;
    process.env.LLMCACHE_DIR = other;
    try {
      await cached({ dir }).chat.completions.create(question);
      assert.deepEqual(readdirSync(other), []);
      assert.notDeepEqual(readdirSync(dir), []);
    } finally {
      if (before === undefined) delete process.env.LLMCACHE_DIR;
      else process.env.LLMCACHE_DIR = before;
      rmSync(other, { recursive: true });
    }
  }));
