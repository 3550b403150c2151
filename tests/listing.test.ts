import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { guardStore } from "../src/guard.ts";
import { listEntries } from "../src/listing.ts";
import type { CacheStore } from "../src/store.ts";
import { waitByTimer } from "../src/wait.ts";
import { later } from "./crowd.ts";
import { answerOf, question, URL_ } from "./on-clock.ts";

/** Line 1 of each entry, in the order of their models. */
async function models(store: CacheStore): Promise<[string, number][]> {
  const lines: [string, number][] = [];
  const guarded = guardStore(store, 2000, waitByTimer);
  for await (const { recording, bytes } of listEntries(guarded, () => assert.fail("a fault"))) {
    lines.push([recording.model!, bytes]);
  }
  return lines.sort();
}

async function filled(names: readonly string[]): Promise<CacheStore> {
  const store = memoryStore();
  const fetch = () => Promise.resolve(new Response(answerOf(1)));
  const cache = createCache({ store, fetch: fetch as typeof globalThis.fetch });
  for (const model of names) {
    await (await cache.fetch(URL_, question(undefined, { model }))).text();
  }
  return store;
}

test("listing: line 1 of each entry, on stores of every kind", async () => {
  // A name that makes line 1 longer than what is read at first.
  const names = ["a", "b", "c".repeat(9000)];
  const store = await filled(names);
  const sizes = await Promise.all(
    (await models(store)).map(async ([model]) => {
      for await (const key of store.keys()) {
        const value = (await store.get(key))!;
        if (new TextDecoder().decode(value).includes(`"model":"${model}"`)) return value.length;
      }
      return undefined;
    }),
  );
  const expected = names.map((name, at) => [name, sizes[at]]);
  const { head: _, ...headless } = store;
  for (const each of [store, headless, later(store)]) {
    assert.deepEqual(await models(each), expected);
  }
});

test("listing: what is no entry of this version is left out", async () => {
  const store = await filled(["a", "b", "c", "d"]);
  const keys: string[] = [];
  for await (const key of store.keys()) keys.push(key);
  const [one, two, three] = keys as [string, string, string];
  await store.set(one, new TextEncoder().encode("rubbish"));
  await store.set(two, (await store.get(three))!);
  const gone: CacheStore = {
    ...store,
    head: (key, bytes) => key === three ? null : store.head!(key, bytes),
  };
  assert.deepEqual((await models(gone)).map(([model]) => model), ["d"]);
});
