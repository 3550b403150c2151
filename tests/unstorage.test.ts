import assert from "node:assert/strict";
import { test } from "node:test";
import { createStorage, prefixStorage } from "unstorage";
import fsDriver from "unstorage/drivers/fs";
import memoryDriver from "unstorage/drivers/memory";
import { type UnstorageLike, unstorageStore } from "../adapters/unstorage.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { inTemporary } from "./places.ts";

const key = testKey(1);

storeConformance({
  test,
  name: "unstorage",
  durable: true,
  place() {
    const driver = memoryDriver();
    return { open: () => unstorageStore(prefixStorage(createStorage({ driver }), "llmcache")) };
  },
});

test("unstorage: of several that share one, each sees its own", async () => {
  const storage = createStorage();
  const [store, other] = ["a", "b"].map((name) => unstorageStore(prefixStorage(storage, name)));
  await storage.setItem("their own", "value");
  await store!.set(key, patterned(5));
  await other!.set(testKey(2), patterned(6));
  assert.deepEqual(await collect(store!.keys()), [key]);
  await store!.delete(testKey(2));
  expectBytes(await other!.get(testKey(2)), patterned(6));
});

test("unstorage: an error that the driver hands over as a value is an error", () =>
  inTemporary(async (base) => {
    const storage = createStorage({ driver: fsDriver({ base }) });
    await storage.setItem(`${key}:below`, "so the key is a folder");
    assert.equal(await unstorageStore(storage).get(key), null);
    const error = Object.assign(new Error("no permission"), { code: "EACCES" });
    const failing = unstorageStore(scripted({ getItemRaw: () => Promise.resolve(error) }));
    await assert.rejects(async () => await failing.get(key), { code: "EACCES" });
  }));

test("unstorage: a driver that keeps files gives plain bytes", () =>
  inTemporary(async (base) => {
    const store = unstorageStore(createStorage({ driver: fsDriver({ base }) }));
    await store.set(key, patterned(5_000));
    const value = (await store.get(key))!;
    expectBytes(value, patterned(5_000));
    assert.deepEqual([value.constructor, value.buffer.byteLength], [Uint8Array, 5_000]);
    assert.deepEqual(await collect(store.keys()), [key]);
  }));

/** An unstorage that holds nothing, some of its verbs replaced. */
function scripted(verbs: Partial<UnstorageLike>): UnstorageLike {
  const none = () => Promise.resolve(null);
  return {
    getItemRaw: none,
    setItemRaw: none,
    removeItem: none,
    getKeys: () => Promise.resolve([]),
    ...verbs,
  };
}

test("unstorage: what drivers give", async () => {
  const get = async (value: unknown) =>
    await unstorageStore(scripted({ getItemRaw: () => Promise.resolve(value) })).get(key);
  for (const nothing of [null, undefined]) assert.equal(await get(nothing), null);
  for (const bytes of [patterned(9), Buffer.from(patterned(9)), patterned(9).buffer]) {
    const value = (await get(bytes))!;
    expectBytes(value, patterned(9));
    assert.deepEqual([value.constructor, value.buffer.byteLength], [Uint8Array, 9]);
  }
  for (const other of ["text", 7, {}]) {
    await assert.rejects(() => get(other), /the driver gave a \w+ where bytes should be/);
  }
  const twice = scripted({ getKeys: () => Promise.resolve([key, testKey(2), key, "other$"]) });
  assert.deepEqual(await collect(unstorageStore(twice).keys()), [key, testKey(2)]);
});

test("unstorage: a fault of the driver is a fault of the store", async () => {
  const broken = () => Promise.reject(new Error("broken"));
  const store = unstorageStore({
    getItemRaw: broken,
    setItemRaw: broken,
    removeItem: broken,
    getKeys: broken,
  });
  await assert.rejects(async () => await store.get(key), /broken/);
  await assert.rejects(async () => await store.set(key, patterned(5)), /broken/);
  await assert.rejects(async () => await store.delete(key), /broken/);
  await assert.rejects(() => collect(store.keys()), /broken/);
});

test("unstorage: what is wrong is named", () => {
  const storage = scripted({});
  const wrong: [() => unknown, RegExp][] = [
    [() => unstorageStore(null as never), /unstorageStore: `storage` must have .*; it is null/],
    [() => unstorageStore({ getItemRaw() {} } as never), /getItemRaw, setItemRaw, removeItem/],
    [() => unstorageStore(storage, { claim: "x" as never }), /`claim` must be a function/],
    [() => unstorageStore(storage, { base: "a" } as object), /`base` is unknown/],
  ];
  for (const [act, message] of wrong) assert.throws(act, { name: "TypeError", message });
});
