import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheEvent } from "../mod.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Gate, gate, settle } from "./gate.ts";
import { scripted, sse, threeWords, word } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { outcome } from "./trial.ts";

const streamed = { ...question, stream: true } as const;

/** An answer that comes when the gate is opened. */
function withheld(endpoint: Endpoint): Gate {
  const ready = gate();
  endpoint.answer(async () => {
    await ready.opened;
    return { headers: sse, body: threeWords };
  });
  return ready;
}

test("a joined call: one who joined aborts before the answer, the other gets it", () =>
  onStage(async ({ endpoint, cached, out, story }) => {
    const ready = withheld(endpoint);
    const openai = cached();
    const controller = new AbortController();
    const first = all(openai.chat.completions.create(streamed));
    await endpoint.arrived(1);
    const { signal } = controller;
    const joined = outcome(() => openai.chat.completions.create(streamed, { signal }));
    await settle();
    controller.abort();
    assert.match(JSON.stringify(await joined), /"class":"APIUserAbortError"/);
    ready.open();
    assert.equal((await first).length, 3);
    assert.equal((await all(openai.chat.completions.create(streamed))).length, 3);
    assert.equal(out(), 1);
    assert.deepEqual(story(), ["cancelled", "miss", "hit"]);
  }));

test("a joined call: the one who made it aborts before the answer, who joined gets it", () =>
  onStage(async ({ endpoint, cached, out, story }) => {
    const ready = withheld(endpoint);
    const openai = cached();
    const controller = new AbortController();
    const { signal } = controller;
    const first = outcome(() => openai.chat.completions.create(streamed, { signal }));
    await endpoint.arrived(1);
    const joined = all(openai.chat.completions.create(streamed));
    await settle();
    controller.abort();
    assert.match(JSON.stringify(await first), /"class":"APIUserAbortError"/);
    ready.open();
    assert.equal((await joined).length, 3);
    assert.equal(await endpoint.calls[0]?.left, false);
    assert.equal(out(), 1);
    assert.deepEqual(story().sort(), ["collapsed", "miss"]);
  }));

/** Two streams of one call, each past its first chunk. */
async function twoAboard(openai: OpenAI) {
  const [one, two] = await Promise.all([
    openai.chat.completions.create(streamed),
    openai.chat.completions.create(streamed),
  ]);
  const chunks = { one: one[Symbol.asyncIterator](), two: two[Symbol.asyncIterator]() };
  await chunks.one.next();
  await chunks.two.next();
  return { one, two, chunks };
}

for (const leaver of ["one", "two"] as const) {
  test(`a joined call: left in the middle by number ${leaver}, the other reads on`, () =>
    onStage(async ({ endpoint, cached, out, story }) => {
      const { handler, last } = scripted(word("one"));
      endpoint.answer(handler);
      const openai = cached();
      const { chunks, ...streams } = await twoAboard(openai);
      const stayer = leaver === "one" ? "two" : "one";
      streams[leaver].controller.abort();
      assert.equal((await chunks[leaver].next()).done, true);
      threeWords.slice(1).forEach(last().send);
      last().end();
      const rest = [await chunks[stayer].next(), await chunks[stayer].next()];
      assert.deepEqual(rest.map(({ done }) => done), [false, false]);
      assert.equal((await chunks[stayer].next()).done, true);
      assert.equal((await all(openai.chat.completions.create(streamed))).length, 3);
      assert.equal(out(), 1);
      assert.deepEqual(story().sort(), ["collapsed", "hit", "miss"]);
    }));
}

test("a joined call: left by all, the provider is told and nothing is stored", () =>
  onStage(async ({ endpoint, cached, out }) => {
    const { handler } = scripted(word("one"));
    endpoint.answer(handler);
    const told = gate<CacheEvent>();
    const { one, two } = await twoAboard(cached({
      onEvent: (event) => event.status === "miss" && told.open(event),
    }));
    one.controller.abort();
    two.controller.abort();
    assert.equal(await endpoint.calls[0]?.left, true);
    const event = await told.opened;
    assert.ok(event.status === "miss" && event.reason === "cancelled");
    assert.equal(out(), 1);
  }));

test("a joined call: the SDK's timeout of one who joined is its own", () =>
  onStage(async ({ endpoint, cached, out }) => {
    const { handler, last } = scripted();
    endpoint.answer(handler);
    const openai = cached();
    const first = all(openai.chat.completions.create(streamed));
    await endpoint.arrived(1);
    const joined = outcome(() => openai.chat.completions.create(streamed, { timeout: 10 }));
    assert.match(JSON.stringify(await joined), /"class":"APIConnectionTimeoutError"/);
    threeWords.forEach(last().send);
    last().end();
    assert.equal((await first).length, 3);
    assert.equal(out(), 1);
  }));
