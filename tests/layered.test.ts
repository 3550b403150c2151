import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { layeredStore } from "../adapters/layered.ts";
import { memoryStore } from "../adapters/memory.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { layers, type Verbs } from "./layers.ts";
import { movable, temporary } from "./places.ts";

const key = testKey(1);
const [old, new_] = [bytesOf("the old value"), bytesOf("the new one")];

function inDirectory(open: (dir: string, now: () => number) => CacheStore) {
  return () => {
    const dir = temporary();
    const { now, advance } = movable();
    const remove = () => rmSync(dir, { recursive: true });
    return { open: () => open(dir, now), advance, remove };
  };
}

storeConformance({
  test,
  name: "layered (memory, node-fs)",
  durable: false,
  abilities: ["head", "claim", "tidy", "touch", "trim", "ledger"],
  place: inDirectory((dir, now) => layeredStore(memoryStore(), nodeFsStore({ dir, now }))),
});

storeConformance({
  test,
  name: "layered (memory, memory)",
  durable: false,
  abilities: ["head", "getMany", "claim"],
  place() {
    const { now, advance } = movable();
    return { open: () => layeredStore(memoryStore(), memoryStore({ now })), advance };
  },
});

// Where both layers are shared, so is the whole.
storeConformance({
  test,
  name: "layered (node-fs, node-fs)",
  durable: true,
  abilities: ["head", "claim", "tidy", "touch", "trim", "ledger"],
  place: inDirectory((dir, now) =>
    layeredStore(
      nodeFsStore({ dir: join(dir, "fast") }),
      nodeFsStore({ dir: join(dir, "slow"), now }),
    )
  ),
});

const fail = () => {
  throw new Error("the store fails");
};
const faults: Record<string, () => unknown> = {
  throws: fail,
  rejects: () => Promise.reject(new Error("the store fails")),
  "gives rubbish": () => "rubbish",
  "gives rubbish later": () => Promise.resolve(5),
};

test("layered: what the fast store has is read there, at once, and nothing else is asked", async () => {
  const { store, told } = layers();
  await store.set(key, old);
  assert.equal(told(), "slow set, fast set");
  expectBytes(store.get(key) as Uint8Array, old);
  expectBytes(store.head!(key, 3) as Uint8Array, bytesOf("the"));
  assert.equal(told(), "fast get, fast head");
});

test("layered: what only the slow store has is kept in the fast one for the next time", async () => {
  const { slow, fast, store, told } = layers();
  await slow.set(key, old);
  told();
  const found = (await store.get(key))!;
  expectBytes(found, old);
  assert.equal(told(), "fast get, slow get, fast set");
  found.fill(0);
  expectBytes(await store.get(key), old);
  assert.equal(told(), "fast get");
  await fast.delete(key);
  assert.equal(await store.get(testKey(2)), null);
});

test("layered: of head only a whole value is kept", async () => {
  const { slow, fast, store, told } = layers();
  await slow.set(key, patterned(1_000));
  told();
  expectBytes(await store.head!(key, 999), patterned(1_000).slice(0, 999));
  expectBytes(await store.head!(key, 1_000), patterned(1_000));
  assert.equal(told(), "fast head, slow head, fast head, slow head");
  expectBytes(await store.head!(key, 1_001), patterned(1_000));
  assert.equal(told(), "fast head, slow head, fast set");
  expectBytes(store.head!(key, 10) as Uint8Array, patterned(10));
  expectBytes(await fast.get(key), patterned(1_000));
});

test("layered: of many, only what the fast store lacks is asked for, at once, and kept", async () => {
  const { slow, fast, store, told } = layers();
  for (const n of [1, 2, 4]) await slow.set(testKey(n), patterned(n));
  await fast.set(testKey(2), patterned(2));
  told();
  const keys = [1, 2, 3, 4, 1].map((n) => testKey(n));
  const found = await store.getMany!(keys);
  assert.deepEqual(found.map((value) => value?.length), [1, 2, undefined, 4, 1]);
  assert.match(told(), /^(fast get, ){5}slow getMany, fast set, fast set$/);
  found.forEach((value) => value?.fill(9));
  const again = (await store.getMany!(keys.toSpliced(2, 1)))!;
  assert.match(told(), /^(fast get, ){3}fast get$/);
  for (const value of again) expectBytes(value, patterned(value!.length));
  assert.deepEqual(await store.getMany!([]), []);
});

test("layered: getMany and claim are the slow store's, and missing where it has none", async () => {
  const none = { getMany: undefined, claim: undefined } as unknown as Verbs;
  const { store } = layers({}, none);
  assert.deepEqual([store.getMany, store.claim], [undefined, undefined]);
  const { slow, fast, store: both, told } = layers(none);
  assert.notEqual(await both.claim!(key, 1_000), null);
  assert.equal(told(), "slow claim");
  assert.equal(await slow.claim!(key, 1_000), null);
  assert.equal(fast.claim, undefined);
});

test("layered: a getMany of the slow store that fails is told", async () => {
  const { fast, store } = layers({}, { getMany: fail });
  await fast.set(key, old);
  expectBytes((await store.getMany!([key]))[0]!, old);
  await assert.rejects(async () => await store.getMany!([key, testKey(2)]), /the store fails/);
});

test("layered: head where one of the stores has none", async () => {
  const none = { head: undefined } as unknown as Verbs;
  const slowHasNone = layers({}, none);
  await slowHasNone.slow.set(key, patterned(1_000));
  slowHasNone.told();
  expectBytes(await slowHasNone.store.head!(key, 10), patterned(1_000));
  assert.equal(slowHasNone.told(), "fast head, slow get, fast set");
  const fastHasNone = layers(none);
  await fastHasNone.store.set(key, patterned(1_000));
  fastHasNone.told();
  expectBytes(await fastHasNone.store.head!(key, 10), patterned(1_000));
  assert.equal(fastHasNone.told(), "fast get");
});

for (const [fault, act] of Object.entries(faults)) {
  test(`layered: a fast store that ${fault} hides nothing`, async () => {
    const { slow, store } = layers({ get: act, head: act, set: act, close: act });
    await store.set(key, old);
    expectBytes(await slow.get(key), old);
    expectBytes(await store.get(key), old);
    expectBytes(await store.head!(key, 3), bytesOf("the"));
    expectBytes(await store.head!(key, 100), old);
    assert.equal(await store.get(testKey(2)), null);
    assert.deepEqual(await collect(store.keys()), [key]);
    await store.delete(key);
    assert.equal(await store.get(key), null);
    await store.close?.();
    assert.deepEqual(await collect(slow.keys()), []);
  });
}

test("layered: a fast store that cannot take the new value gives up the old one", async () => {
  let full = false;
  const real = memoryStore();
  const set = (key: string, value: Uint8Array) => full ? fail() : real.set(key, value);
  const { fast, store } = layers({ ...real as unknown as Verbs, set });
  await store.set(key, old);
  full = true;
  await store.set(key, new_);
  assert.equal(await fast.get(key), null);
  expectBytes(await store.get(key), new_);
});

test("layered: a slow store that fails is told, and the fast one does not go ahead", async () => {
  const { fast, store } = layers({}, {
    get: fail,
    head: fail,
    set: fail,
    delete: fail,
    close: fail,
  });
  await assert.rejects(async () => await store.get(key), /the store fails/);
  await assert.rejects(async () => await store.head!(key, 5), /the store fails/);
  await assert.rejects(async () => await store.set(key, new_), /the store fails/);
  assert.equal(await fast.get(key), null);
  await fast.set(key, old);
  await assert.rejects(async () => await store.delete(key), /the store fails/);
  expectBytes(await store.get(key), old);
  await assert.rejects(async () => await store.close?.(), /the store fails/);
  assert.equal(await fast.get(key), null);
});

test("layered: a deletion that the fast store cannot make is told", async () => {
  const { slow, store } = layers({ delete: fail });
  await store.set(key, old);
  await assert.rejects(async () => await store.delete(key), /the store fails/);
  assert.equal(await slow.get(key), null);
});

test("layered: what is no store is named", () => {
  const store = memoryStore();
  const wrong = [
    [() => layeredStore(undefined as unknown as CacheStore, store), /`fast` .* undefined/],
    [() => layeredStore(store, {} as CacheStore), /`slow` must be a store; it is an object/],
  ] as const;
  for (const [act, message] of wrong) assert.throws(act, { name: "TypeError", message });
});
