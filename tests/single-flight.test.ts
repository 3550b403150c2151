import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { completions } from "./completions.ts";
import { ask, begin, LAST, later, reading, streaming, tally, whole, word } from "./crowd.ts";
import { gate, settle } from "./gate.ts";
import { all, onStage, question } from "./stage.ts";

const CROWD = 1000;
const crowd = <T>(one: () => T, length = CROWD): T[] => Array.from({ length }, one);
const TWO_WORDS = [word("one"), word("two"), LAST];
const stores = {
  "a store that answers at once": () => memoryStore(),
  "a store that answers later": () => later(memoryStore()),
};

test(`single-flight: ${CROWD} SDK calls at once are one call`, () =>
  onStage(async ({ endpoint, client, cache, story, out }) => {
    const door = gate();
    endpoint.answer(async (call) => (await door.opened, completions(call)));
    const openai = cache({ store: memoryStore() }).chat(client());
    const calls = crowd(() => openai.chat.completions.create(question));
    await endpoint.arrived(1);
    await settle();
    door.open();
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(out(), 1);
    assert.deepEqual(tally(story()), { miss: 1, collapsed: CROWD - 1 });
    assert.deepEqual(await openai.chat.completions.create(question), first);
    assert.deepEqual([out(), story()], [0, ["hit"]]);
  }));

for (const [name, store] of Object.entries(stores)) {
  test(`single-flight: ${CROWD} at once, whole and streamed, on ${name}`, () =>
    onStage(async ({ endpoint, cache, story, out }) => {
      endpoint.answer(({ body }) => ({ body: body.includes("stream") ? TWO_WORDS : whole("hi") }));
      const face = cache({ store: store() });
      for (const stream of [false, true]) {
        const calls = crowd(() => ask(face, endpoint, { stream, model: `${stream}` }));
        const texts = await Promise.all(calls.map(async (call) => (await call).text()));
        assert.deepEqual(new Set(texts), new Set([stream ? TWO_WORDS.join("") : whole("hi")]));
        assert.equal(out(), 1);
        const { collapsed = 0, hit = 0, ...others } = tally(story());
        assert.deepEqual([others, collapsed + hit], [{ miss: 1 }, CROWD - 1]);
      }
    }));
}

test("single-flight: readers at different speeds read the same", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore() });
    const [fast, slow, idle] = await Promise.all(
      [1, 2, 3].map(async () => reading(await ask(face, endpoint))),
    );
    await fast!.until("one");
    answer.send(word("two"));
    await fast!.until("two");
    await slow!.until("one");
    answer.send(word("three") + LAST);
    answer.end();
    const text = word("one") + word("two") + word("three") + LAST;
    assert.equal(await fast!.rest(), text);
    assert.equal(await idle!.rest(), text);
    assert.equal(await slow!.rest(), text);
    assert.equal(out(), 1);
    assert.deepEqual(tally(story()), { miss: 1, collapsed: 2 });
  }));

test("single-flight: a paused leader starves nobody, nor does a body that is never read", () =>
  onStage(async ({ endpoint, cache, out }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore() });
    const paused = await ask(face, endpoint);
    const unread = ask(face, endpoint);
    const joiner = reading(await ask(face, endpoint));
    answer.send(LAST);
    answer.end();
    assert.equal(await joiner.rest(), word("one") + LAST);
    assert.equal(await (await ask(face, endpoint)).text(), word("one") + LAST);
    assert.equal(await paused.text(), word("one") + LAST);
    assert.equal((await unread).bodyUsed, false);
    assert.equal(out(), 1);
  }));

test("single-flight: whoever comes at the last chunk reads along, whoever comes after it hits", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore() });
    const leader = reading(await ask(face, endpoint));
    await leader.until("one");
    const late = reading(await ask(face, endpoint));
    answer.send(LAST);
    await leader.until("[DONE]");
    // The connection is still open, but the answer is whole and stored.
    assert.equal(await (await ask(face, endpoint)).text(), word("one") + LAST);
    assert.deepEqual([out(), story()], [1, ["miss", "hit"]]);
    answer.end();
    assert.equal(await late.rest(), word("one") + LAST);
    await leader.cancel();
    assert.deepEqual(story(), ["collapsed"]);
  }));

test("single-flight: different credentials never share a call", () =>
  onStage(async ({ endpoint, cache, out }) => {
    const door = gate();
    endpoint.answer(async ({ headers }) => {
      await door.opened;
      return { body: whole(headers.authorization!) };
    });
    const face = cache({ store: memoryStore() });
    const asked = ["a", "b", "a", "c"].map((key) => ask(face, endpoint, { stream: false, key }));
    await endpoint.arrived(3);
    await settle();
    door.open();
    const answers = await Promise.all(asked.map(async (response) => (await response).text()));
    assert.deepEqual(answers, ["a", "b", "a", "c"].map((key) => whole(`Bearer ${key}`)));
    assert.equal(out(), 3);
  }));

test("single-flight: cached functions too, whole and streamed", async () => {
  for (const store of Object.values(stores)) {
    const cache = createCache({ store: store() });
    let calls = 0;
    const door = gate();
    const one = cache.chat(async (request: { model: string }) => {
      calls++;
      await door.opened;
      return { text: request.model };
    });
    const several = cache.chat(async function* (_: { model: string }) {
      calls++;
      yield { n: 1 };
      await door.opened;
      yield { n: 2 };
    });
    const wholes = crowd(() => one({ model: "m" }), 100);
    const streams = crowd(() => all(several({ model: "m" })), 100);
    await settle();
    door.open();
    assert.deepEqual(await Promise.all(wholes), crowd(() => ({ text: "m" }), 100));
    assert.deepEqual(await Promise.all(streams), crowd(() => [{ n: 1 }, { n: 2 }], 100));
    assert.equal(calls, 2);
  }
});
