import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { guardStore } from "../src/guard/guard.ts";
import { type Lines, listEntries } from "../src/upkeep/listing.ts";
import type { CacheStore } from "../src/store.ts";
import { waitByTimer } from "../src/time/wait.ts";
import { testKey } from "./bytes.ts";
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

/** A store that keeps the first lines apart, as far as they are no longer than 8 KiB. */
function withLines(store: CacheStore): CacheStore & Lines {
  return {
    ...store,
    head: undefined as never,
    async *lines() {
      for await (const key of store.keys()) {
        const value = (await store.get(key))!;
        yield [key, value.slice(0, Math.min(value.indexOf(10) + 1 || value.length, 8 << 10))];
      }
    },
  };
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
  for (const each of [store, headless, later(store), withLines(store)]) {
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

test("listing: lines that a store keeps apart are read without the values", async () => {
  const store = await filled(["a", "b"]);
  const { lines } = withLines(store);
  const closed: CacheStore & Lines = {
    ...store,
    get: () => assert.fail("a value is read"),
    head: () => assert.fail("a value is read"),
    async *lines() {
      yield "rubbish" as never;
      yield ["no key", new Uint8Array()];
      yield [testKey(1), "no bytes" as never];
      yield [testKey(2), new TextEncoder().encode("no entry\n")];
      yield* lines();
    },
  };
  assert.deepEqual((await models(closed)).map(([model]) => model), ["a", "b"]);
  for (const line of ["", "no entry"]) {
    const bytes = new TextEncoder().encode(line);
    await store.set(testKey(3), bytes);
    const odd: CacheStore & Lines = {
      ...store,
      async *lines() {
        yield [testKey(3), bytes];
      },
    };
    assert.deepEqual(await models(odd), []);
  }
});
