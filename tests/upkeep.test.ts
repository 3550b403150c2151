import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import {
  type Cache,
  type CacheStore,
  createCache,
  type EntryInfo,
  type LlmcacheError,
} from "../mod.ts";
import { collect, testKey } from "./bytes.ts";
import { later } from "./crowd.ts";
import { settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { contentOf, entryOf, fill } from "./packs.ts";

const now = () => 1_700_000_000_000 + 100_000;

/** A cache on a store of 12 entries, recorded 1 to 12 s after 1 700 000 000 s. */
async function filled(verbs: Partial<CacheStore> = {}) {
  const store = memoryStore();
  await fill(store, 12);
  const { story, onEvent } = listen();
  const cache = createCache({ store: { ...store, ...verbs }, now, onEvent });
  return { store, cache, story };
}

const numbers = async (entries: AsyncIterable<EntryInfo>) =>
  (await collect(entries)).map(({ words }) => Number(words!.split(" ")[1])).sort((a, b) => a - b);

test("entries: each tells what it is, and its first line is all that is read", async () => {
  const read: string[] = [];
  const plain = memoryStore();
  const { cache, store } = await filled({
    get: (key) => (read.push(key), plain.get(key)),
  });
  const told = await collect(cache.entries());
  assert.deepEqual([told.length, read], [12, []]);
  const value = (await store.get(testKey(4, "stream")))!;
  assert.deepEqual(told.find(({ words }) => words === "question 4"), {
    key: testKey(4, "stream"),
    form: "stream",
    dialect: "openai-chat",
    model: "m-1",
    namespace: "",
    sample: 0,
    recordedAt: 1_700_000_004_000,
    milliseconds: 40,
    bytes: (4 * 7919) % 3000,
    entryBytes: value.length,
    usage: { input: 4, output: 1 },
    words: "question 4",
  });
});

test("entries: of a real call, on stores of every kind", async () => {
  const body = JSON.stringify({
    id: "chatcmpl-7",
    choices: [{ index: 0, message: { role: "assistant", content: "!" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  });
  const store = memoryStore();
  const { head: _, ...headless } = store;
  for (const each of [store, headless, later(store), later(headless)]) {
    const fetch = () => Promise.resolve(new Response(body));
    const cache = createCache({ store: each, now, fetch, namespace: "team" });
    const messages = [{ role: "user", content: "What  is\nit?" }];
    const init = { method: "POST", body: JSON.stringify({ model: "m", messages }) };
    await (await cache.fetch("https://x.test/v1/chat/completions", init)).text();
    const [{ key, entryBytes, ...told }] = await collect(cache.entries()) as [EntryInfo];
    assert.match(key, /^[0-9a-f]{64}\.whole$/);
    assert.ok(entryBytes > body.length);
    assert.deepEqual(told, {
      form: "whole",
      dialect: "openai-chat",
      model: "m",
      namespace: "team",
      sample: 0,
      recordedAt: now(),
      milliseconds: 0,
      bytes: body.length,
      usage: { input: 5, output: 2 },
      id: "chatcmpl-7",
      words: "What is it?",
    });
  }
});

test("entries: a store that answers later is asked for 16 at once, and no more than are wanted", async () => {
  const store = memoryStore();
  await fill(store, 60);
  let [open, most, asked] = [0, 0, 0];
  const slow: CacheStore = {
    ...store,
    async head(key, bytes) {
      asked++;
      most = Math.max(most, ++open);
      await new Promise<void>((done) => setTimeout(done, 0));
      open--;
      return await store.head!(key, bytes);
    },
  };
  for await (const _ of createCache({ store: slow }).entries()) break;
  assert.deepEqual([most, asked], [16, 16]);
  while (open > 0) await settle();
  assert.equal((await collect(createCache({ store: slow }).entries())).length, 60);
  assert.equal(most, 16);
});

test("entries, clear: those that fit all that is named", async () => {
  const cases: [Parameters<Cache["entries"]>[0], number[]][] = [
    [undefined, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [{ namespace: "odd" }, [1, 3, 5, 7, 9, 11]],
    [{ namespace: "" }, [2, 4, 6, 8, 10, 12]],
    [{ model: "m-1" }, [1, 4, 7, 10]],
    [{ model: "m-1", namespace: "odd" }, [1, 7]],
    // They are 99 to 88 s old.
    [{ olderThan: "95s" }, [1, 2, 3, 4, 5]],
    [{ olderThan: 98, model: "m-2" }, [2]],
    [{ olderThan: "1d" }, []],
    [{ olderThan: Infinity }, []],
    [{ olderThan: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [{ model: "" }, []],
  ];
  for (const [filter, expected] of cases) {
    const { cache } = await filled();
    const about = JSON.stringify(filter);
    assert.deepEqual(await numbers(cache.entries(filter)), expected, about);
    // The face has no say in it.
    const face = cache.with({ namespace: "odd", mode: "replay" });
    assert.equal(await face.clear(filter), expected.length, about);
    const left = await numbers(cache.entries());
    assert.deepEqual(left.filter((number) => expected.includes(number)), [], about);
    assert.equal(left.length, 12 - expected.length, about);
  }
});

test("clear: without a filter all goes, what is damaged too", async () => {
  const { cache, store } = await filled();
  await store.set(testKey(1), new Uint8Array(5));
  await store.set(testKey(77), new TextEncoder().encode('{"llmcache":9,'));
  assert.equal(await cache.clear({ namespace: "odd" }), 5);
  assert.equal(await cache.clear(), 8);
  assert.equal((await contentOf(store)).size, 0);
});

test("stats: the sums, in all and by models", async () => {
  const { cache, store } = await filled();
  const sizes = [...(await contentOf(store)).values()].map(({ length }) => length);
  await store.set(testKey(99), new Uint8Array(9));
  const { models, saved, ...all } = await cache.stats();
  assert.deepEqual([saved.scope, saved.total.calls], ["process", 0]);
  assert.deepEqual(all, {
    entries: 12,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    tokens: 78 + 12,
    oldest: 1_700_000_001_000,
    newest: 1_700_000_012_000,
    unreadable: 1,
  });
  assert.deepEqual(models.map(({ model }) => model).sort(), ["m-0", "m-1", "m-2"]);
  const sum = (name: "entries" | "bytes" | "tokens") =>
    models.reduce((total, model) => total + model[name], 0);
  assert.deepEqual([sum("entries"), sum("bytes"), sum("tokens")], [12, all.bytes, all.tokens]);
  assert.ok(models[0]!.bytes >= models[1]!.bytes && models[1]!.bytes >= models[2]!.bytes);
  const { saved: _, ...empty } = await createCache({ store: memoryStore() }).stats();
  assert.deepEqual(empty, { entries: 0, bytes: 0, tokens: 0, unreadable: 0, models: [] });
});

test("upkeep: a first line that lies is not believed", async () => {
  const { cache, store } = await filled();
  const text = new TextDecoder("latin1").decode(entryOf(1, 10));
  const lies: [string, string][] = [
    ['"at":', '"av":'],
    ['"namespace":', '"namespacf":'],
    ['"model":"m-1"', '"model":12345'],
  ];
  for (const [from, to] of lies) {
    const lie = Uint8Array.from(text.replace(from, to), (char) => char.charCodeAt(0));
    await store.set(testKey(1), lie);
    assert.equal((await collect(cache.entries())).length, 11, to);
    assert.equal((await cache.stats()).unreadable, 1, to);
  }
});

test("upkeep: what stands in the way is thrown, and told as an event", async () => {
  const broken = new Error("no list");
  async function* failing(): AsyncGenerator<string> {
    yield testKey(1);
    throw broken;
  }
  const { cache, story } = await filled({ keys: failing });
  await assert.rejects(collect(cache.entries()), broken);
  await assert.rejects(cache.stats(), broken);
  await assert.rejects(cache.clear(), broken);
  await assert.rejects(cache.verify(), broken);
  assert.deepEqual(story(), Array(4).fill("fault keys"));

  const kept = await filled({
    delete: (key) => {
      if (key === testKey(5)) throw new Error("EROFS");
      return kept.store.delete(key);
    },
  });
  await assert.rejects(kept.cache.clear(), (error: LlmcacheError) => {
    assert.match(error.message, /^llmcache: 11 entries are removed; 1 could not be/);
    return error.code === "llmcache_not_removed";
  });
  assert.deepEqual(await numbers(kept.cache.entries()), [5]);
  assert.deepEqual(kept.story(), ["fault delete"]);

  const closed = (await filled()).cache;
  await closed.close();
  const isClosed = { code: "llmcache_closed" };
  await assert.rejects(collect(closed.entries()), isClosed);
  await assert.rejects(closed.stats(), isClosed);
  await assert.rejects(closed.clear(), isClosed);
  await assert.rejects(closed.verify(), isClosed);
});

test("upkeep: a store that cannot be opened is said so each time", async () => {
  const { events, onEvent } = listen();
  const dir = new URL("file:///dev/null/none");
  const cache = createCache({ dir, onEvent });
  const real = process.getBuiltinModule;
  process.getBuiltinModule = () => {
    throw new Error("too many open files");
  };
  try {
    await assert.rejects(cache.stats(), /too many open files/);
    await assert.rejects(cache.clear(), /too many open files/);
  } finally {
    process.getBuiltinModule = real;
  }
  assert.deepEqual(events.map(({ status }) => status), ["fault", "fault"]);
});

test("upkeep: what is wrong is named at once", async () => {
  const { cache } = await filled();
  const wrong: [object, RegExp][] = [
    [
      { namespaces: "a" },
      /`namespaces` of entries\(\) is unknown. The options are namespace, model/,
    ],
    [{ namespace: 1 }, /`namespace` must be a string; it is 1/],
    [{ model: null }, /`model` must be a string; it is null/],
    [{ olderThan: "7 days" }, /`olderThan` must be seconds, or a text such as .*; it is "7 days"/],
    [{ olderThan: -1 }, /`olderThan`/],
    [{ model: undefined }, /`model` of entries\(\) is undefined. Leave it out if you mean all/],
    [[], /must be an object, not an array/],
  ];
  for (const [filter, message] of wrong) {
    assert.throws(() => cache.entries(filter as never), (error) => {
      assert.match((error as Error).message, message);
      return error instanceof TypeError;
    });
    const clear = new RegExp(message.source.replace("entries", "clear"));
    await assert.rejects(cache.clear(filter as never), clear);
  }
  await assert.rejects(cache.verify({ progress: 1 } as never), /`progress` of verify\(\)/);
  assert.equal((await collect(cache.entries())).length, 12);
});
