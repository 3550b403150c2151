import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { cachedChat, cachedFetch, createCache } from "../mod.ts";

test("options: what is wrong is named, with what was expected", () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ tttl: 1 }, /`tttl`.*unknown.*storeTimeout/s],
    [{ store: {} }, /`store`.*CacheStore/],
    [{ store: memoryStore(), dir: "x" }, /`store` and `dir` exclude each other/],
    [{ dir: "" }, /`dir`/],
    [{ dir: new URL("https://x/") }, /`dir`.*file: URL/],
    [{ mode: "replai" }, /`mode` must be auto, replay, refresh, off; it is "replai"/],
    [{ namespace: 7 }, /`namespace` must be a string; it is 7/],
    [{ aliases: { "http://x/path": "a" } }, /aliases/],
    [{ aliases: { "http://x": "" } }, /aliases/],
    [{ aliases: [] }, /`aliases`.*an array/],
    [{ storeIncomplete: "yes" }, /`storeIncomplete`/],
    [{ pace: -1 }, /`pace`/],
    [{ allow: ["/relative"] }, /`allow`/],
    [{ onEvent: 1 }, /`onEvent`/],
    [{ fetch: "fetch" }, /`fetch`/],
    [{ maxEntryBytes: 1.5 }, /`maxEntryBytes`/],
    [{ storeTimeout: 0 }, /`storeTimeout`/],
    [{ now: 1 }, /`now`/],
    [{ wait: 1 }, /`wait`/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => createCache(options), (error) => {
      assert.ok(error instanceof TypeError, JSON.stringify(options));
      assert.match(error.message, message);
      return true;
    });
    assert.throws(() => cachedFetch(options), message);
    assert.throws(() => cachedChat(() => Promise.resolve(1), options), message);
  }
  for (const options of [null, 1, []]) {
    assert.throws(() => createCache(options as never), /must be an object/);
  }
});

test("options: undefined is left out", () => {
  createCache({ store: undefined, mode: undefined, namespace: undefined, pace: undefined });
});

test("options: a face takes what a face can have", () => {
  const cache = createCache({ store: memoryStore() });
  cache.with({ namespace: "a", mode: "off", pace: 10 });
  for (const options of [{ store: memoryStore() }, { dir: "x" }, { maxEntryBytes: 1 }]) {
    assert.throws(() => cache.with(options as never), /for the whole cache only/);
  }
  assert.throws(() => cache.with({ nonsense: 1 } as never), /`nonsense`.*unknown/);
});
