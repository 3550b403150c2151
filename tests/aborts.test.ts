import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheEvent } from "../mod.ts";
import { completions } from "./completions.ts";
import type { Reply } from "./endpoint.ts";
import { gate, settle } from "./gate.ts";
import { cancelled, recordInParts, scripted } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { onStage, question } from "./stage.ts";
import { outcome } from "./trial.ts";

const streamed = { ...question, stream: true } as const;
const never = () => new Promise<Reply>(() => {});

test("aborted already: the SDK's own error on a miss, a hit and a joined call; nothing goes out", () =>
  onStage(async ({ endpoint, client, cached, out, story }) => {
    const { signal } = aborted();
    const ask = (openai: OpenAI) =>
      outcome(() => openai.chat.completions.create(question, { signal }));
    const bare = await ask(client());
    assert.match(JSON.stringify(bare), /"class":"APIUserAbortError"/);
    assert.deepEqual(await ask(cached()), bare);
    assert.equal(out(), 0);
    await cached().chat.completions.create(question);
    assert.deepEqual(await ask(cached()), bare);
    endpoint.answer(never);
    const openai = cached();
    openai.chat.completions.create({ ...question, model: "n" }).catch(() => {});
    await endpoint.arrived(2);
    const joined = () => openai.chat.completions.create({ ...question, model: "n" }, { signal });
    assert.deepEqual(await outcome(joined), bare);
    assert.deepEqual(story(), ["miss"]);
    assert.equal(out(), 2);
  }));

test("aborted already: fetch rejects with the signal's reason, as the runtime's own does", () =>
  onStage(async ({ endpoint, cache, cached, story }) => {
    const { fetch } = cache();
    const url = `${endpoint.url}/chat/completions`;
    const { signal } = aborted(new RangeError("enough"));
    const calls: RequestInit[] = [
      { method: "POST", body: JSON.stringify(question), signal },
      { method: "POST", body: JSON.stringify({ ...question, model: "n" }), signal },
      { signal },
    ];
    await cached().chat.completions.create(question);
    for (const init of calls) {
      await assert.rejects(globalThis.fetch(url, init), signal.reason);
      await assert.rejects(fetch(url, init), signal.reason);
      await assert.rejects(fetch(new Request(url, init)), signal.reason);
    }
    // Two of ours for each.
    assert.deepEqual(story(), ["miss", ...Array(2 * calls.length).fill("cancelled")]);
    assert.equal(endpoint.calls.length, 1);
  }));

function aborted(reason?: unknown): AbortController {
  const controller = new AbortController();
  controller.abort(reason);
  return controller;
}

for (const stream of [false, true]) {
  test(`a miss: aborted before the answer, ${stream ? "streamed" : "whole"}`, () =>
    onStage(async ({ endpoint, client, cached }) => {
      const ask = async (openai: OpenAI) => {
        const controller = new AbortController();
        const { signal } = controller;
        const count = endpoint.calls.length;
        const asked = outcome(() =>
          openai.chat.completions.create({ ...question, stream }, { signal })
        );
        await endpoint.arrived(count + 1);
        controller.abort();
        return asked;
      };
      const bare = await ask(client());
      assert.match(JSON.stringify(bare), /"class":"APIUserAbortError"/);
      const told = gate<CacheEvent>();
      assert.deepEqual(await ask(cached({ onEvent: told.open })), bare);
      await cancelled(told.opened);
      for (const call of endpoint.calls) assert.equal(await call.left, true);
    }, never));
}

for (const isThere of [true, false]) {
  test(`aborted while a slow store is asked, ${isThere ? "a hit" : "a miss"}: nothing goes out`, () =>
    onStage(async ({ cached, out, story }) => {
      const memory = memoryStore();
      if (isThere) await cached({ store: memory }).chat.completions.create(question);
      const calls = out();
      const asked = gate();
      const answered = gate();
      const head = async (key: string) => {
        asked.open();
        await answered.opened;
        return memory.get(key);
      };
      const wait = () => new Promise<void>(() => {});
      const openai = cached({ store: { ...memory, head }, wait });
      const controller = new AbortController();
      const { signal } = controller;
      const end = outcome(() => openai.chat.completions.create(question, { signal }));
      await asked.opened;
      controller.abort();
      answered.open();
      assert.match(JSON.stringify(await end), /"class":"APIUserAbortError"/);
      await settle();
      assert.equal(out(), 0);
      assert.deepEqual(story(), [...Array(calls).fill("miss"), "cancelled"]);
    }));
}

test("a whole answer: aborted in the middle of its body, a miss and a paced hit", () =>
  onStage(async ({ endpoint, client, cached, story }) => {
    const ask = async (openai: OpenAI) => {
      const controller = new AbortController();
      const { signal } = controller;
      const response = await openai.chat.completions.create(question, { signal }).asResponse();
      const text = outcome(() => response.text());
      controller.abort(new RangeError("enough"));
      return text;
    };
    const bare = await ask(client());
    assert.deepEqual(await ask(cached()), bare);
    assert.deepEqual(story(), ["miss cancelled"]);
    endpoint.answer(completions);
    await cached().chat.completions.create(question);
    const wait = (_: number, signal?: AbortSignal) =>
      new Promise<void>((_, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason))
      );
    let clock = 0;
    const recorded = { pace: "recorded", wait, now: () => clock += 10 } as const;
    await cached({ ...recorded, mode: "refresh" }).chat.completions.create(question);
    assert.deepEqual(await ask(cached(recorded)), bare);
    assert.deepEqual(story(), ["miss", "refresh", "hit"]);
  }, scripted('{"id":"x",', { "content-type": "application/json" }).handler));

test("a paced hit: a wait that does not listen: nothing comes after the abort", () =>
  onStage(async ({ endpoint, cached, story }) => {
    await recordInParts(endpoint, cached());
    const waited = gate();
    const openai = cached({ pace: 50, wait: () => waited.opened });
    const stream = await openai.chat.completions.create(streamed);
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next();
    const next = chunks.next();
    stream.controller.abort();
    waited.open();
    assert.equal((await next).done, true);
    assert.deepEqual(story(), ["miss", "hit"]);
  }));
