import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bunFileStore } from "../adapters/bun-file.ts";
import { denoKvStore } from "../adapters/deno-kv.ts";
import { layeredStore } from "../adapters/layered.ts";
import { memoryStore } from "../adapters/memory.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import type { CacheStore } from "../mod.ts";
import { pack, type Progress, unpack } from "../src/pack.ts";
import { expectBytes, patterned, testKey } from "./bytes.ts";
import { fakeKv } from "./fake-kv.ts";
import { bytesIn, contentOf, entryOf, fill, packOf, streamOf } from "./packs.ts";
import { inTemporary, listing } from "./places.ts";

const hasKv = "openKv" in ((globalThis as { Deno?: object }).Deno ?? {});

/** A store of each kind, in a folder of its own. */
function kinds(dir: string): Record<string, CacheStore> {
  return {
    memory: memoryStore(),
    "node-fs": nodeFsStore({ dir: join(dir, "node-fs") }),
    ...("Bun" in globalThis && { "bun-file": bunFileStore({ dir: join(dir, "bun-file") }) }),
    "deno-kv": hasKv ? denoKvStore({ path: ":memory:" }) : denoKvStore({ kv: fakeKv() }),
    layered: layeredStore(memoryStore(), nodeFsStore({ dir: join(dir, "layered") })),
  };
}

test("pack: from any kind of store to any other, byte for byte", () =>
  inTemporary(async (dir) => {
    const from = kinds(join(dir, "from"));
    for (const [source, store] of Object.entries(from)) {
      await fill(store, 5);
      // Longer than a chunk of a stream, than a value of a KV, and than a commit of one.
      await store.set(testKey(99), entryOf(99, 700_000));
      const content = await contentOf(store);
      for (const [target, empty] of Object.entries(kinds(join(dir, `to-${source}`)))) {
        const report = await unpack(empty, pack(store));
        const about = `${source} to ${target}`;
        const right = { stored: 6, equal: 0, missing: 0, complete: true, problems: [] };
        assert.deepEqual(report, right, about);
        const copied = await contentOf(empty);
        assert.deepEqual([...copied.keys()], [...content.keys()], about);
        for (const [key, value] of content) expectBytes(copied.get(key)!, value);
        await empty.close?.();
      }
    }
    for (const store of Object.values(from)) await store.close?.();
  }));

test("pack: an empty store is a whole pack of nothing", async () => {
  const bytes = await bytesIn(pack(memoryStore()));
  const report = await unpack(memoryStore(), streamOf([bytes]));
  assert.deepEqual(report, { stored: 0, equal: 0, missing: 0, complete: true, problems: [] });
});

test("pack: nothing is read before it is asked for, and nothing after a cancel", async () => {
  const calls: string[] = [];
  let listed = 0;
  let left = false;
  const value = patterned(100_000);
  const store: CacheStore = {
    get: (key) => (calls.push(key), value),
    set() {},
    delete() {},
    async *keys() {
      try {
        for (let n = 0; n < 100; n++) yield (listed++, testKey(n));
      } finally {
        left = true;
      }
    },
  };
  const stream = pack(store);
  assert.equal(listed, 0);
  const reader = stream.getReader();
  await reader.read();
  assert.deepEqual([calls.length, listed], [1, 1]);
  await reader.read();
  assert.ok(calls.length <= 2);
  await reader.cancel();
  assert.deepEqual([left, calls.length <= 2], [true, true]);
});

test("pack, unpack: progress is told, and who listens does no harm", async () => {
  const store = memoryStore();
  await fill(store, 5);
  const told: Progress[] = [];
  const bytes = await bytesIn(pack(store, { onProgress: (progress) => told.push(progress) }));
  assert.deepEqual(told.map(({ entries }) => entries), [1, 2, 3, 4, 5, 5]);
  assert.equal(told.at(-1)!.bytes, bytes.length);
  told.length = 0;
  await unpack(memoryStore(), streamOf([bytes]), {
    onProgress(progress) {
      told.push(progress);
      throw new Error("the listener's own");
    },
  });
  assert.deepEqual(told.at(-1), { entries: 5, bytes: bytes.length });
  const broken = { onProgress: () => assert.fail() };
  assert.equal((await bytesIn(pack(store, broken))).length, bytes.length);
});

test("pack: what the store cannot give is left out, and the pack says so", async () => {
  const store = memoryStore();
  await fill(store, 3);
  const flawed: CacheStore = {
    ...store,
    get(key) {
      if (key === testKey(1)) throw new Error("EIO");
      return key === testKey(2) ? null : store.get(key);
    },
  };
  const target = memoryStore();
  const report = await unpack(target, pack(flawed));
  // 2 was deleted meanwhile: that is no loss.
  assert.deepEqual(report, { stored: 1, equal: 0, missing: 1, complete: false, problems: [] });
  const deaf = {
    ...store,
    keys: () => {
      throw new Error("no list");
    },
  };
  await assert.rejects(bytesIn(pack(deaf)), /no list/);
});

test("pack: any tar reads it as a directory of entries, and unpack reads any tar of one", () =>
  inTemporary(async (dir) => {
    const { bytes, content } = await packOf(7);
    const tar = (...args: string[]) => execFileSync("tar", args, { cwd: dir });
    writeFileSync(join(dir, "pack.tar"), bytes);
    tar("-xf", "pack.tar", "--one-top-level=out");
    const extracted = nodeFsStore({ dir: join(dir, "out") });
    assert.ok(listing(join(dir, "out")).includes("CACHEDIR.TAG"));
    assert.deepEqual([...(await contentOf(extracted)).keys()], [...content.keys()]);
    for (const [key, value] of content) expectBytes(await extracted.get(key), value);
    tar("-cf", "made.tar", "-C", "out", ".");
    const { readFileSync } = await import("node:fs");
    const report = await unpack(memoryStore(), streamOf([readFileSync(join(dir, "made.tar"))]));
    assert.deepEqual(report, { stored: 7, equal: 0, missing: 0, complete: true, problems: [] });
  }));

test("pack, unpack: what is wrong is named at once", async () => {
  const store = memoryStore();
  assert.throws(
    () => pack({} as never),
    /pack takes a CacheStore \(get, set, delete, keys\), not an/,
  );
  assert.throws(() => pack(store, { progress: 1 } as never), /`progress` of pack\(\) is unknown/);
  assert.throws(() => pack(store, { onProgress: 1 } as never), /`onProgress` must be a function/);
  await assert.rejects(unpack(store, new Uint8Array() as never), /takes a ReadableStream of bytes/);
  await assert.rejects(unpack(null as never, streamOf([])), /unpack takes a CacheStore/);
  await assert.rejects(unpack(store, streamOf([]), { dir: "x" } as never), /`dir` of unpack\(\)/);
});

test("pack, unpack: what is read is written before much more is read", async () => {
  const count = 150;
  const entry = entryOf(1, 2 ** 20);
  let [read, stored, ahead] = [0, 0, 0];
  const source: CacheStore = {
    get() {
      ahead = Math.max(ahead, ++read - stored);
      return entry.slice();
    },
    set() {},
    delete() {},
    async *keys() {
      for (let n = 0; n < count; n++) yield testKey(1);
    },
  };
  const target = { ...source, get: () => null, set: () => void stored++ };
  await unpack(target, pack(source));
  // The soak sends 1 GB through and looks at the memory: here the collector may take its time.
  assert.equal(stored, count);
  assert.ok(ahead <= 4, `${ahead} entries of 1 MB were read ahead`);
});
