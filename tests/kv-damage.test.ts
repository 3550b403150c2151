import assert from "node:assert/strict";
import { test } from "node:test";
import { kvEntries } from "../adapters/kv-entries.ts";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, expectBytes, patterned, testKey } from "./bytes.ts";
import { fakeKv } from "./fake-kv.ts";

const key = testKey(1);
const entry = JSON.stringify(["llmcache", "entry", key]);

function open() {
  const kv = fakeKv();
  return { kv, store: kvEntries(() => Promise.resolve(kv)) };
}

/** Without printing megabytes. */
async function expectMiss(store: CacheStore): Promise<void> {
  assert.ok(await store.get(key) === null, "it is no miss");
}

test("deno-kv: an entry that is replaced while its chunks are read is read again", async () => {
  const { kv, store } = open();
  await store.set(key, patterned(200_000, 1));
  let times = 1;
  let replaced = 0;
  const replace = () => times-- > 0 ? store.set(key, patterned(200_000, ++replaced)) : undefined;
  kv.onList = async () => await replace();
  expectBytes(await store.get(key), patterned(200_000, 1));
  times = Infinity;
  await expectMiss(store);
  assert.ok(replaced < 50, `${replaced} times`);
});

test("deno-kv: an entry that is replaced by a short one, or deleted, while it is read", async () => {
  const { kv, store } = open();
  for (const act of [() => store.set(key, bytesOf("short")), () => store.delete(key)]) {
    await store.set(key, patterned(200_000, 1));
    kv.onList = async () => await act();
    const value = await store.get(key);
    if (value !== null) expectBytes(value, bytesOf("short"));
    assert.equal(value === null, !kv.values.has(entry));
  }
});

test("deno-kv: what is damaged is a miss, and is replaced", async () => {
  const { kv, store } = open();
  const [first, size] = [patterned(32_768), 200_000];
  const manifests = [
    5,
    "text",
    {},
    { id: "a", size, first },
    { id: "a", size: 10, first },
    { id: "a", size: 1e15, first },
    { id: "a", size: 70_000.5, first },
    { id: 1, size, first },
    { id: "a", size },
  ];
  for (const value of manifests) {
    kv.values.set(entry, { key: ["llmcache", "entry", key], value, versionstamp: "damaged" });
    await expectMiss(store);
    await store.set(key, patterned(10));
    expectBytes(await store.get(key), patterned(10));
  }
  for (const damage of [patterned(100), patterned(65_536), "text", undefined]) {
    await store.set(key, patterned(200_000));
    const [at, held] = [...kv.values].find(([at]) => at.endsWith(",2]"))!;
    if (damage === undefined) kv.values.delete(at);
    else kv.values.set(at, { ...held, value: damage });
    let reads = 0;
    kv.onList = () => void reads++;
    await expectMiss(store);
    assert.equal(reads, 1);
    expectBytes(await store.head!(key, 90_000), patterned(32_768 + 65_536));
  }
});
