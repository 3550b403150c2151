import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { bytesOf, expectBytes, testKey } from "./bytes.ts";
import { layers, type Verbs } from "./layers.ts";

const key = testKey(1);
const [old, new_] = [bytesOf("the old value"), bytesOf("the new one")];

/** A promise that a test settles. */
function later() {
  let resolve = () => {};
  const settled = new Promise<void>((done) => resolve = done);
  return { settled, resolve };
}

for (const [change, expected] of [["set", new_], ["delete", null]] as const) {
  for (const order of ["before the read ends", "after the read ended"] as const) {
    test(`layered: ${change} ${order}: what was read before does not come back`, async () => {
      const reading = later();
      const changing = later();
      const real = memoryStore();
      const { fast, store } = layers({}, {
        ...real as unknown as Verbs,
        async get(key: string) {
          const value = real.get(key);
          await reading.settled;
          return value;
        },
        async set(key: string, value: Uint8Array) {
          await changing.settled;
          await real.set(key, value);
        },
        async delete(key: string) {
          await changing.settled;
          await real.delete(key);
        },
      });
      await real.set(key, old);
      const read = store.get(key);
      const changed = change === "set" ? store.set(key, new_) : store.delete(key);
      const [first, second] = order === "before the read ends"
        ? [changing, reading]
        : [reading, changing];
      first.resolve();
      await (first === reading ? read : changed);
      second.resolve();
      await Promise.all([read, changed]);
      expectBytes(await read, old);
      const kept = await fast.get(key);
      if (expected) expectBytes(kept, expected);
      else assert.equal(kept, null);
    });
  }
}

test("layered: a write waits for a fill under way", async () => {
  const filling = later();
  const real = memoryStore();
  let fills = 0;
  const set = async (key: string, value: Uint8Array) => {
    if (fills++ === 0) await filling.settled;
    await real.set(key, value);
  };
  const { fast, slow, store } = layers({ ...real as unknown as Verbs, set });
  await slow.set(key, old);
  const read = store.get(key);
  while (fills === 0) await null;
  const written = store.set(key, new_);
  for (let n = 0; n < 10; n++) await null;
  filling.resolve();
  await Promise.all([read, written]);
  expectBytes(await fast.get(key), new_);
});

test("layered: both stores end alike where writes of one key overlap", async () => {
  const gates = [later(), later()];
  const real = memoryStore();
  let n = 0;
  const set = async (key: string, value: Uint8Array) => {
    await real.set(key, value);
    await gates[n++]!.settled;
  };
  const { fast, slow, store } = layers({}, { ...real as unknown as Verbs, set });
  const writes = [store.set(key, old), store.set(key, new_)];
  gates[1]!.resolve();
  for (let n = 0; n < 10; n++) await null;
  gates[0]!.resolve();
  await Promise.all(writes);
  expectBytes(await fast.get(key), new_);
  expectBytes(await slow.get(key), new_);
});
