import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheStore } from "../mod.ts";
import { pack, unpack } from "../src/pack.ts";
import { expectBytes, testKey } from "./bytes.ts";
import { bytesIn, contentOf, entryOf, fill, packOf, streamOf } from "./packs.ts";

test("unpack: equal entries are not written again, others are replaced", async () => {
  const { bytes } = await packOf(6);
  const store = memoryStore();
  await unpack(store, streamOf([bytes]));
  await store.set(testKey(1), entryOf(1, 5));
  const written: string[] = [];
  const watched = {
    ...store,
    set: (key: string, value: Uint8Array) => {
      written.push(key);
      return store.set(key, value);
    },
  };
  const report = await unpack(watched, streamOf([bytes]));
  assert.deepEqual([report.stored, report.equal, report.complete], [1, 5, true]);
  assert.deepEqual(written, [testKey(1)]);
  expectBytes(await store.get(testKey(1)), entryOf(1, 7919 % 3000));
});

test("unpack: several packs one after the other are one", async () => {
  const [one, two] = [memoryStore(), memoryStore()];
  await one.set(testKey(1), entryOf(1, 10));
  await two.set(testKey(2), entryOf(2, 10));
  const store = memoryStore();
  const report = await unpack(
    store,
    streamOf([await bytesIn(pack(one)), await bytesIn(pack(two))]),
  );
  assert.deepEqual([report.stored, report.complete, report.missing], [2, true, 0]);
});

test("unpack: it reads no faster than the store takes, and leaves a stream that fails", async () => {
  const { bytes } = await packOf(40);
  let pulled = 0;
  let most = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(pulled, pulled += 512));
    },
  }, { highWaterMark: 0 });
  const target = memoryStore();
  let stored = 0;
  await unpack({
    ...target,
    set(key, value) {
      stored += 3 * 512 + Math.ceil(value.length / 512) * 512;
      most = Math.max(most, pulled - stored);
      return target.set(key, value);
    },
  }, stream);
  assert.ok(most <= 512, `${most} bytes ahead`);

  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulled) controller.enqueue(bytes.subarray(0, 20_000));
      else controller.error(new Error("the disk is gone"));
      pulled = 0;
    },
  }, { highWaterMark: 0 });
  const before = memoryStore();
  await assert.rejects(unpack(before, broken), /the disk is gone/);
  assert.ok((await contentOf(before)).size > 3, "what came before is stored");
  let cancelled = false;
  const wrong = new ReadableStream({
    pull: (controller) => controller.enqueue("text"),
    cancel: () => void (cancelled = true),
  });
  await assert.rejects(
    unpack(memoryStore(), wrong),
    /a stream of Uint8Arrays; this one gave "text"/,
  );
  assert.ok(cancelled);
});

test("unpack: an entry that was damaged before, or is of another version, is told and left", async () => {
  const store = memoryStore();
  await fill(store, 4);
  const damaged = (await store.get(testKey(2)))!;
  damaged[damaged.length - 2]! ^= 1;
  await store.set(testKey(2), damaged);
  const other = new TextEncoder().encode('{"llmcache":99,"check":"1"}\n');
  await store.set(testKey(3), other);
  await store.set(testKey(50), new Uint8Array());
  const target = memoryStore();
  const { problems, ...report } = await unpack(target, pack(store));
  assert.deepEqual(report, { stored: 2, equal: 0, missing: 3, complete: false });
  assert.deepEqual(problems.map(({ reason, key }) => [reason, key]), [
    ["entry-damaged", testKey(2)],
    ["other-version", testKey(3)],
    ["entry-damaged", testKey(50)],
  ]);
  assert.equal((await contentOf(target)).size, 2);
});

test("unpack: what the store refuses is told, and the rest comes in", async () => {
  const { bytes } = await packOf(8);
  const target = memoryStore();
  const full: CacheStore = {
    ...target,
    get: () => {
      throw new Error("unreadable");
    },
    set(key, value) {
      if (value.length > 2000) throw new RangeError("too large");
      return target.set(key, value);
    },
  };
  const { problems, stored, missing, complete } = await unpack(full, streamOf([bytes]));
  assert.deepEqual([stored + problems.length, missing, complete], [8, problems.length, false]);
  assert.ok(problems.length > 0);
  for (const { reason, error, key } of problems) {
    assert.deepEqual([reason, `${error}`, key?.length], [
      "store",
      "RangeError: too large",
      key?.length,
    ]);
  }
});
