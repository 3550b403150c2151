/** The vectors of batches in the store, and stores that fail. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheStore, createCache } from "../mod.ts";
import { askFor, formats, providerOf, stageOf } from "./embedder.ts";
import { gate, settle } from "./gate.ts";

const openai = formats["openai-embeddings"]!;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The entries of a store, by the name of their dialect. */
async function entriesOf(
  store: CacheStore,
): Promise<{ key: string; text: string; item: boolean }[]> {
  const entries = [];
  for await (const key of store.keys()) {
    const text = decoder.decode((await store.get(key))!);
    const { dialect } = JSON.parse(text.slice(0, text.indexOf("\n")));
    entries.push({ key, text, item: dialect === "openai-embeddings/item" });
  }
  return entries;
}

test("an item is an entry of its own: a file that a person can read", async () => {
  const { ask, store, cache } = stageOf(openai, { namespace: "n" });
  await ask(["a b\n c", "d"], { user: "u", encoding_format: "base64" });
  const items = (await entriesOf(store)).filter(({ item }) => item);
  assert.equal(items.length, 2);
  const { key, text } = items.find(({ text }) => text.includes('"words":"a b c"'))!;
  const [line, answer, cold] = text.split("\n");
  const { at: _, took: __, check: ___, coldCheck: ____, sizes: _____, ...recording } = JSON.parse(
    line!,
  );
  assert.deepEqual(recording, {
    llmcache: 1,
    key,
    form: "whole",
    status: 200,
    headers: { "content-type": "application/json" },
    dialect: "openai-embeddings/item",
    model: "m",
    namespace: "n",
    sample: 0,
    askedUsage: false,
    encoding: "base64",
    words: "a b c",
  });
  const given = openai.give({ model: "m", input: "a b\n c", encoding_format: "base64" });
  assert.deepEqual(JSON.parse(answer!), { ...given, usage: { prompt_tokens: 0, total_tokens: 0 } });
  assert.deepEqual(JSON.parse(cold!).request.body.input, "a b\n c");
  await cache.close();
});

test("the known items of a batch are not written again, and all are where it went out whole", async () => {
  const inner = memoryStore();
  const written: string[] = [];
  const store: CacheStore = {
    ...inner,
    set(key, value) {
      written.push(key);
      return inner.set(key, value);
    },
  };
  const { ask, cache } = stageOf(openai, { store });
  await ask(["a", "b", "a"]);
  assert.equal(written.splice(0).length, 1 + 2);
  await ask(["a", "c", "b"]);
  assert.equal(written.splice(0).length, 1 + 1);
  await ask(["a", "c", "b"]);
  await ask(["b", "a"]);
  assert.equal(written.length, 0, "hits write nothing");
  await cache.close();
});

test("a damaged item is asked for again", async () => {
  const { ask, out, story, store, cache, right } = stageOf(openai);
  await ask(["a", "b"]);
  for (const { key, text, item } of await entriesOf(store)) {
    if (item && text.includes('"words":"a"')) {
      await store.set(key, encoder.encode(text.slice(0, -9)));
    }
  }
  out();
  story();
  const { answer } = await ask(["b", "a"]);
  assert.deepEqual(openai.read(answer).rest, right(["b", "a"]));
  assert.deepEqual(out(), [["a"]]);
  assert.deepEqual(story(), ["fault get", "miss partial"]);
  await ask(["a"]);
  assert.deepEqual(story(), ["hit items"], "and is whole again");
  await cache.close();
});

test("many items are read in slices, with as few questions as the store allows", async () => {
  const inner = memoryStore();
  const asked: number[] = [];
  const store: CacheStore = {
    ...inner,
    getMany(keys) {
      asked.push(keys.length);
      return inner.getMany!(keys);
    },
  };
  const { ask, cache, out } = stageOf(openai, { store });
  const inputs = Array.from({ length: 200 }, (_, index) => `text ${index}`);
  await ask(inputs);
  asked.length = 0;
  await ask([...inputs, "one more"]);
  assert.deepEqual(asked, [64, 64, 64, 9]);
  assert.deepEqual(out().at(-1), ["one more"]);
  await cache.close();
});

test("a store that cannot read many costs a call and one event", async () => {
  const inner = memoryStore();
  let questions = 0;
  const store: CacheStore = {
    ...inner,
    getMany() {
      questions++;
      throw new Error("disk on fire");
    },
  };
  const { ask, out, story, cache, right } = stageOf(openai, { store });
  const inputs = Array.from({ length: 200 }, (_, index) => `text ${index}`);
  const { answer } = await ask(inputs);
  assert.deepEqual(openai.read(answer).rest, right(inputs));
  assert.equal(questions, 1, "of a store that fails no more is asked");
  assert.deepEqual(out(), [inputs]);
  assert.deepEqual(story(), ["fault get", "miss"]);
  await cache.close();
});

test("one that cannot read one after the other costs one event too", async () => {
  const { getMany: _, head: __, ...inner } = memoryStore();
  let isOpen = false;
  const store: CacheStore = {
    ...inner,
    get(key) {
      if (isOpen) throw new Error("disk on fire");
      isOpen = true; // The batch itself is looked for in both forms.
      return inner.get(key);
    },
  };
  const { ask, out, story, cache } = stageOf(openai, { store });
  await ask(["a", "b", "c"]);
  assert.deepEqual(out(), [["a", "b", "c"]]);
  assert.deepEqual(story(), ["fault get", "fault get", "miss"]);
  await cache.close();
});

test("a store that cannot take items costs one event", async () => {
  const inner = memoryStore();
  let writes = 0;
  const store: CacheStore = {
    ...inner,
    set(key, value) {
      if (writes++ > 0) throw new Error("disk full");
      return inner.set(key, value);
    },
  };
  const { ask, story, cache, right } = stageOf(openai, { store });
  const inputs = Array.from({ length: 200 }, (_, index) => `text ${index}`);
  assert.deepEqual(openai.read((await ask(inputs)).answer).rest, right(inputs));
  assert.equal(writes, 1 + 64, "one slice was under way");
  assert.deepEqual(story(), ["fault set", "miss"]);
  await ask(inputs);
  assert.deepEqual(story(), ["hit"]);
  await cache.close();
});

test("a slow store holds the reader no longer than the limit, and close waits for it", async () => {
  const inner = memoryStore();
  const slow = gate();
  const waits: number[] = [];
  const late = gate();
  let answers = 0;
  const store: CacheStore = {
    ...inner,
    async set(key, value) {
      // The whole answer is stored at once, the items are not.
      if (answers++ > 0) await slow.opened;
      await inner.set(key, value);
    },
  };
  const provider = providerOf(openai);
  const cache = createCache({
    store,
    fetch: provider.fetch,
    wait(milliseconds) {
      waits.push(milliseconds);
      return milliseconds < 2000 ? late.opened : new Promise(() => {});
    },
  });
  let isRead = false;
  const call = askFor(cache.fetch, openai.url, openai.ask(["a", "b"])).then(() => isRead = true);
  await settle();
  assert.ok(waits.includes(500));
  assert.equal(isRead, false, "the reader waits for the items");
  late.open();
  await call;
  let isClosed = false;
  const closing = cache.close().then(() => isClosed = true);
  await settle();
  assert.equal(isClosed, false);
  slow.open();
  await closing;
  assert.equal((await entriesOf(inner)).filter(({ item }) => item).length, 2);
});

test("an answer that is too large as a whole passes, and its vectors are not kept", async () => {
  const { ask, out, story, cache, right } = stageOf(openai, { maxEntryBytes: 400 });
  await ask(["a"]);
  await ask(["b", "c", "d", "e", "f"]);
  assert.deepEqual(story(), ["miss", "miss too-large"]);
  const inputs = ["a", "b", "c", "d", "e", "f"];
  const { answer, status } = await ask(inputs);
  assert.deepEqual(openai.read(answer), { rest: right(inputs), spent: 5 });
  assert.equal(status, "llmcache; fwd=miss; detail=partial");
  assert.deepEqual(out().at(-1), ["b", "c", "d", "e", "f"]);
  assert.deepEqual(story(), ["miss partial too-large"]);
  await cache.close();
});

test("vectors of different models or lengths are put together nowhere", async () => {
  let turn = 1;
  const { ask, out, right, cache } = stageOf(openai, {}, ({ data, ...given }) => ({
    ...given,
    model: `m-v${turn}`,
    data,
  }));
  await ask(["a"]);
  turn = 2;
  await ask(["b"]);
  const { answer } = await ask(["a", "b"]);
  assert.deepEqual(out(), [["a"], ["b"], ["a", "b"]]);
  assert.deepEqual(openai.read(answer).rest, right(["a", "b"]));
  await ask(["b", "a"]);
  assert.deepEqual(out(), [], "then all of them are of one model");
  await cache.close();
});
