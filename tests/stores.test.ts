import assert from "node:assert/strict";
import { test } from "node:test";
import { bunFileStore } from "../adapters/bun-file.ts";
import { memoryStore } from "../adapters/memory.ts";
import { type DirectoryStoreOptions, nodeFsStore } from "../adapters/node-fs.ts";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { directoryPlace, movable } from "./places.ts";

const inBun = "Bun" in globalThis;
const directories: Record<string, (options: DirectoryStoreOptions) => CacheStore> = {
  "node-fs": nodeFsStore,
  ...(inBun && { "bun-file": bunFileStore }),
};

storeConformance({
  test,
  name: "memory",
  durable: false,
  abilities: ["head", "getMany", "claim"],
  place() {
    const { now, advance } = movable();
    return { open: () => memoryStore({ now }), advance };
  },
});

// In Bun each also reads what the other one wrote.
for (const [name, open] of Object.entries(directories)) {
  const other = name === "node-fs" ? directories["bun-file"] : nodeFsStore;
  storeConformance({
    test,
    name,
    durable: true,
    abilities: ["head", "claim", "tidy", "touch", "trim", "ledger"],
    hooks: ["damage", "obstruct", ...(other ? ["openOther" as const] : [])],
    place: () => directoryPlace(open, other),
  });
}

test("memory: what was used longest ago makes room", async () => {
  // Room for three values with their keys.
  const store = memoryStore({ maxBytes: 3 * (100 + testKey(0).length) });
  const held = async () =>
    (await collect(store.keys())).map((key) => Number(`0x${key.slice(0, 2)}`));
  for (const n of [1, 2, 3]) await store.set(testKey(n), patterned(100));
  await store.get(testKey(1));
  await store.set(testKey(4), patterned(100));
  assert.deepEqual(await held(), [3, 1, 4]);
  await store.head!(testKey(3), 10);
  await store.set(testKey(5), patterned(100));
  assert.deepEqual(await held(), [4, 3, 5]);
  // Setting again counts once, and as use.
  await store.set(testKey(4), patterned(100, 2));
  assert.deepEqual(await held(), [3, 5, 4]);
  // A large one needs the room of several.
  await store.set(testKey(6), patterned(400));
  assert.deepEqual(await held(), [6]);
});

test("memory: it holds 64 MiB unless told otherwise", () => {
  const store = memoryStore();
  const most = (64 << 20) - testKey(1).length;
  store.set(testKey(1), new Uint8Array(most));
  assert.throws(() => store.set(testKey(2), new Uint8Array(most + 1)), /67108865 bytes .*67108864/);
});

test("memory: without a bound it holds more", () => {
  const store = memoryStore({ maxBytes: Infinity });
  for (const n of [1, 2, 3]) store.set(testKey(n), new Uint8Array(30 << 20));
  assert.equal((store.get(testKey(1)) as Uint8Array).length, 30 << 20);
});

test("memory: a value larger than all the room is refused, and what it replaces is gone", async () => {
  const store = memoryStore({ maxBytes: 1_000 });
  await store.set(testKey(1), patterned(100));
  await store.set(testKey(2), patterned(100));
  assert.throws(() => store.set(testKey(2), patterned(1_000)), /memoryStore.*`maxBytes`/);
  assert.deepEqual(await collect(store.keys()), [testKey(1)]);
  await store.set(testKey(3), patterned(1_000 - 2 * testKey(0).length - 100));
  assert.equal((await collect(store.keys())).length, 2);
});

test("memory: everything is answered at once, from a Buffer too", () => {
  const store = memoryStore();
  store.set(testKey(1), bytesOf("value"));
  expectBytes(store.get(testKey(1)) as Uint8Array, bytesOf("value"));
  store.set(testKey(1), Buffer.from("buffer"));
  const value = store.get(testKey(1)) as Uint8Array;
  assert.equal(value.constructor, Uint8Array);
  assert.equal(store.get(testKey(2)), null);
});

test("options: a wrong one is named at once", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => memoryStore({ maxBytes: -1 }), /memoryStore: .*`maxBytes` must be a whole number.* -1/],
    [() => memoryStore({ maxBytes: 1.5 }), /1\.5/],
    [() => memoryStore({ maxBytes: 0 }), /above 0, or Infinity; it is number 0/],
    [() => nodeFsStore({ dir: "a", maxBytes: 0 }), /nodeFsStore: .*`maxBytes` must be a whole/],
    [() => nodeFsStore({ dir: "a", maxBytes: "1" as never }), /it is string 1/],
    [() => memoryStore({ size: 1 } as object), /`size` is unknown. The options are maxBytes, now/],
    [
      () => memoryStore({ now: 5 as never }),
      /memoryStore: .*`now` must be a function; it is number 5/,
    ],
    [() => memoryStore(5 as unknown as object), /memoryStore: the options must be an object/],
    [() => nodeFsStore({ dir: "" }), /nodeFsStore: .*`dir` must be a path or a file: URL.* empty/],
    [() => nodeFsStore({ dir: "file:///a%2Fb" }), /must be a path or a file: URL/],
    [() => nodeFsStore({ dir: 1 as unknown as string }), /it is number 1/],
    [() => nodeFsStore({ dir: "a", now: 5 as never }), /nodeFsStore: .*`now` must be a function/],
    [() => nodeFsStore({ dir: new URL("https://a.b/") }), /a URL with https:/],
    [() => nodeFsStore({ directory: "a" } as unknown as { dir: string }), /`directory` is unknown/],
    [() => nodeFsStore(undefined as unknown as { dir: string }), /must be an object/],
    [() => bunFileStore({ dir: "" }), /bunFileStore: /],
  ];
  for (const [act, message] of wrong) {
    assert.throws(act, (error) => error instanceof TypeError && message.test(error.message));
  }
  if (!inBun) {
    assert.throws(() => bunFileStore({ dir: "a" }), /no Bun\.file\. Use nodeFsStore/);
  }
});
