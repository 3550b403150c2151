import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { parseCold, parseHeadline } from "../src/entry.ts";
import { listen } from "./listen.ts";
import { contentOf } from "./packs.ts";
import { asking, RIGHT, WAYS } from "./ways.ts";

const prompt = "the number of my passport";

test("storeRequest: false writes no prompt, no body and no first words, and hits as ever", async () => {
  const store = memoryStore();
  const answer = JSON.stringify({
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  });
  let out = 0;
  const { story, onEvent } = listen();
  const fetch = () => (out++, Promise.resolve(new Response(answer)));
  const cache = createCache({ store, onEvent, fetch, storeRequest: false });
  const post = async ({ fetch }: { fetch: typeof globalThis.fetch }) => {
    const messages = [{ role: "user", content: prompt }];
    const body = JSON.stringify({ model: "m", messages, tools: [], raw: 1 });
    const init = { method: "POST", body };
    return await (await fetch("https://x.test/v1/chat/completions", init)).text();
  };
  const tell = (request: { model: string; prompt: string }) => Promise.resolve(request.model);
  const ask = cache.chat(tell);
  for (let n = 0; n < 2; n++) {
    assert.equal(await post(cache), answer);
    assert.equal(await ask({ model: "m", prompt }), "m");
  }
  assert.deepEqual([story(), out], [["miss", "miss", "hit", "hit"], 1]);
  const held = await contentOf(store);
  assert.equal(held.size, 2);
  for (const [key, value] of held) {
    assert.ok(!new TextDecoder().decode(value).includes("passport"));
    const line = parseHeadline(value, Infinity, key);
    assert.ok(line && typeof line === "object");
    assert.deepEqual([line.recording.model, line.recording.words], ["m", undefined]);
    const { request, chunks } = parseCold(value, key)!;
    assert.deepEqual([request.body, Object.keys(request), chunks.length], [
      undefined,
      ["url", "headers"],
      1,
    ]);
  }
  // It is the same request for a face that keeps it.
  await post(cache.with({ storeRequest: true }));
  assert.deepEqual([story(), out], [["hit"], 1]);
  await post(cache.with({ storeRequest: true, mode: "refresh" }));
  const all = [...(await contentOf(store)).values()].map((value) =>
    new TextDecoder().decode(value)
  );
  assert.equal(all.filter((text) => text.includes("passport")).length, 1);
});

test("storeRequest: false serves at the recorded pace too, in every way to ask", async () => {
  const waits: number[] = [];
  const wait = (milliseconds: number) => {
    waits.push(milliseconds);
    // That is no pace but the limit of a store, which is never reached.
    return milliseconds < 2000 ? Promise.resolve() : new Promise<void>(() => {});
  };
  let clock = 0;
  const now = () => clock += 50;
  for (const way of WAYS) {
    const { story, onEvent } = listen();
    const options = { store: memoryStore(), now, wait, onEvent, storeRequest: false } as const;
    const { ask, out } = asking({ ...options, pace: "recorded" });
    assert.deepEqual(await ask(way), RIGHT[way], way);
    waits.length = 0;
    assert.deepEqual(await ask(way), RIGHT[way], way);
    if (way === "a streamed fetch" || way === "a generator") assert.ok(waits.length > 1, way);
    assert.deepEqual([story(), out()], [["miss", "hit"], 1], way);
  }
});
