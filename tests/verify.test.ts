import assert from "node:assert/strict";
import { test } from "node:test";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { bunFileStore } from "../adapters/bun-file.ts";
import { memoryStore } from "../adapters/memory.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { type CacheStore, createCache, type Progress } from "../mod.ts";
import { testKey } from "./bytes.ts";
import { later } from "./crowd.ts";
import { listen } from "./listen.ts";
import { contentOf, entryOf, fill } from "./packs.ts";
import { inTemporary, listing } from "./places.ts";

function damaged(n: number): Uint8Array {
  const value = entryOf(n, 500);
  value[value.length - 9]! ^= 4; // In the cold part, which no hit reads.
  return value;
}

const kinds: Record<string, (dir: string) => CacheStore> = {
  memory: () => memoryStore(),
  "a store that answers later": () => later(memoryStore()),
  "node-fs": (dir) => nodeFsStore({ dir }),
  ...("Bun" in globalThis && { "bun-file": (dir: string) => bunFileStore({ dir }) }),
};

for (const [name, open] of Object.entries(kinds)) {
  test(`verify: ${name}: what is damaged is found and removed, and nothing else`, () =>
    inTemporary(async (dir) => {
      const store = open(dir);
      await fill(store, 9);
      const sizes = [...(await contentOf(store)).entries()]
        .filter(([key]) => key !== testKey(2) && key !== testKey(3))
        .map(([, { length }]) => length);
      await store.set(testKey(2), damaged(2));
      await store.set(testKey(3), new Uint8Array());
      await store.set(testKey(50), new TextEncoder().encode('{"llmcache":2,"check":"…"}\n'));
      const told: Progress[] = [];
      const cache = createCache({ store });
      const verified = await cache.verify({ onProgress: (progress) => told.push(progress) });
      const { removed, ...counts } = verified;
      assert.deepEqual([...removed].sort(), [testKey(2), testKey(3)]);
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      const rest = { damaged: 2, otherVersions: 1, unreadable: 0, leftovers: 0 };
      assert.deepEqual(counts, { entries: 7, bytes, ...rest });
      assert.deepEqual(told.map(({ entries }) => entries), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.equal((await contentOf(store)).size, 8);
      const again = { entries: 7, bytes, removed: [], ...rest, damaged: 0 };
      assert.deepEqual(await cache.verify(), again);
    }));
}

test("verify: what was recorded anew meanwhile is kept, whatever was read before", async () => {
  const store = memoryStore();
  await store.set(testKey(1), damaged(1));
  let reads = 0;
  const racing: CacheStore = {
    ...store,
    async get(key) {
      const value = await store.get(key);
      if (++reads === 1) await store.set(testKey(1), entryOf(1, 500));
      return value;
    },
  };
  const { entries, damaged: found, removed } = await createCache({ store: racing }).verify();
  assert.deepEqual([entries, found, removed, reads], [1, 0, [], 2]);
  assert.equal((await contentOf(store)).size, 1);
});

test("verify: what is gone meanwhile does not count, what cannot be read is left", async () => {
  const store = memoryStore();
  await fill(store, 5);
  await store.set(testKey(5), damaged(5));
  const flawed: CacheStore = {
    ...store,
    get(key) {
      if (key === testKey(1)) throw new Error("EIO");
      return key === testKey(2) ? null : store.get(key);
    },
    delete: () => {
      throw new Error("EROFS");
    },
  };
  const { story, onEvent } = listen();
  const { bytes: _, ...verified } = await createCache({ store: flawed, onEvent }).verify();
  assert.deepEqual(verified, {
    entries: 2,
    damaged: 1,
    removed: [],
    otherVersions: 0,
    unreadable: 1,
    leftovers: 0,
  });
  assert.deepEqual(story(), ["fault get", "fault delete"]);
  assert.equal((await contentOf(store)).size, 5);
});

test("verify: leftovers of writers that were killed go, those of writers at work stay", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await fill(store, 3);
    const start = 1_700_000_000_000;
    const left = (at: number) => `.${at}.${crypto.randomUUID()}.tmp`;
    const old = join("01", left(start));
    const fresh = join("01", left(start + 1_200_000));
    for (const name of [old, fresh]) writeFileSync(join(dir, name), "half of an ent");
    const cache = createCache({ store, now: () => start + 1_500_000 });
    assert.equal((await cache.verify()).leftovers, 1);
    const names = listing(dir).filter((name) => name.endsWith(".tmp"));
    assert.deepEqual(names, [fresh]);
    assert.equal((await cache.verify()).leftovers, 0);
  }));

test("verify: a store that cannot be tidied is told of, and verified all the same", async () => {
  const store = memoryStore();
  await fill(store, 3);
  const untidy: CacheStore = {
    ...store,
    tidy: () => {
      throw new Error("EACCES");
    },
  };
  const { story, onEvent } = listen();
  const { entries, leftovers } = await createCache({ store: untidy, onEvent }).verify();
  assert.deepEqual([entries, leftovers, story()], [3, 0, ["fault tidy"]]);
});
