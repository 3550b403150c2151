import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { URL_ } from "./on-clock.ts";
import { sse, threeWords } from "./scripted.ts";
import { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";

const streamed = { ...question, stream: true } as const;
const json = { "content-type": "application/json" };

/** A client on an upstream without a network, which counts how often it is asked for a chunk. */
function countedPulls(parts: readonly string[] = threeWords) {
  const heard = listen();
  const counts = { pulls: 0, calls: 0 };
  const fetch = () => {
    counts.calls++;
    const rest = parts.map((part) => new TextEncoder().encode(part));
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        counts.pulls++;
        const part = rest.shift();
        if (part) controller.enqueue(part);
        else controller.close();
      },
    }, { highWaterMark: 0 });
    return Promise.resolve(new Response(body, { headers: sse }));
  };
  const cache = createCache({ store: memoryStore(), onEvent: heard.onEvent });
  const openai = cache.chat(new OpenAI({ apiKey: "none", maxRetries: 0, fetch }));
  return { ...heard, counts, cache, openai };
}

/** Runs something, and tells how many of the timers that it leaves behind keep a program from ending. */
async function timersLeft(run: () => Promise<unknown>): Promise<number> {
  const { setTimeout, clearTimeout } = globalThis;
  const left = new Set<unknown>();
  const set = (...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    left.add(timer);
    return timer;
  };
  const clear = (timer?: number) => {
    left.delete(timer);
    clearTimeout(timer);
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  try {
    await run();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
  return [...left].filter((timer) => (timer as { hasRef(): boolean }).hasRef()).length;
}

test("a body nobody reads: the claim on it keeps no program from ending", async () => {
  const fetch = () => Promise.resolve(new Response("{}"));
  const cache = createCache({ store: memoryStore(), fetch });
  const body = JSON.stringify(question);
  assert.equal(await timersLeft(() => cache.fetch(URL_, { method: "POST", body })), 0);
});

for (const stream of [false, true]) {
  const way = stream ? "streamed" : "whole";
  const request = { ...question, stream };

  test(`a body nobody reads: nothing is pulled, nothing waits for it, ${way}`, async () => {
    const { openai, counts, cache, story } = countedPulls();
    const response = await openai.chat.completions.create(request).asResponse();
    await settle();
    assert.equal(counts.pulls, 0);
    await cache.close();
    assert.deepEqual(story(), []);
    await response.body?.cancel();
    assert.deepEqual(story(), ["miss cancelled"]);
  });

  test(`a body nobody reads: who asks meanwhile gets the answer all the same, ${way}`, async () => {
    const { openai, counts, story } = countedPulls();
    const unread = await openai.chat.completions.create(request).asResponse();
    const second = await openai.chat.completions.create(request).asResponse();
    assert.equal(await second.text(), threeWords.join(""));
    assert.equal(counts.calls, 1);
    assert.equal(await unread.text(), threeWords.join(""));
    if (!stream) return; // What came is no whole answer.
    assert.deepEqual(story(), ["miss", "collapsed"]);
    assert.equal((await all(openai.chat.completions.create(streamed))).length, 3);
    assert.deepEqual(story(), ["hit"]);
  });
}

test("a body nobody reads: a stream that is never iterated", async () => {
  const { openai, counts } = countedPulls();
  await openai.chat.completions.create(streamed);
  await settle();
  assert.equal(counts.pulls, 0);
});

test("a body nobody reads: of a hit it costs nothing", async () => {
  const { openai, counts, story } = countedPulls();
  await all(openai.chat.completions.create(streamed));
  const unread = await openai.chat.completions.create(streamed).asResponse();
  await unread.body?.cancel();
  assert.equal((await all(openai.chat.completions.create(streamed))).length, 3);
  assert.equal(counts.calls, 1);
  assert.deepEqual(story(), ["miss", "hit", "hit"]);
});

for (const [name, status] of [["no body", 204], ["an empty one", 200]] as const) {
  test(`a body nobody reads: where there is ${name} the next call goes out`, () =>
    onStage(async ({ cached, story, out }) => {
      const openai = cached();
      await openai.chat.completions.create(question);
      await openai.chat.completions.create(question);
      assert.equal(out(), 2);
      assert.deepEqual(story(), ["miss empty", "miss empty"]);
    }, () => ({ status, headers: status === 200 ? { ...json, "content-length": "0" } : {} })));
}
