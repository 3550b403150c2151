import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheStore } from "../mod.ts";
import { type Gate, gate, settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { asking, RIGHT, WAYS } from "./ways.ts";

const broken = () => {
  throw new Error("broken");
};
const never = () => new Promise<never>(() => {});
/** What a verb does instead of its work. */
const failures: Record<string, () => unknown> = {
  throws: broken,
  "throws nothing": () => {
    throw undefined;
  },
  rejects: () => Promise.reject(new Error("broken")),
  "rejects with nothing": () => Promise.reject(),
  hangs: never,
  "gives a promise that cannot be waited for": () => ({ then: broken }),
  "gives a promise of another that hangs": async () => await never(),
};
/** No pause is made: a time limit is over at once. */
const wait = () => settle();

/** Asks each way twice of a store that is broken; the answers are right, and it is told. */
async function isHarmless(store: CacheStore, what: string, told: readonly string[]): Promise<void> {
  const { story, onEvent } = listen();
  const { ask, out, cache } = asking({ store, wait, onEvent });
  for (const way of WAYS) {
    for (const round of [1, 2]) {
      assert.deepEqual(await ask(way), RIGHT[way], `${what}, ${way}, round ${round}`);
      assert.equal(out(), 1, `${what}, ${way}, round ${round}`);
      const heard = story();
      assert.ok(!heard.includes("hit"));
      for (const sentence of told) assert.ok(heard.includes(sentence), `${what}: ${heard}`);
    }
  }
  await cache.close();
}

const readers = ["get", "head"] as const;

test("faults: a store whose verbs fail costs a miss and an event, one by one and all at once", async () => {
  for (const [name, failure] of Object.entries(failures)) {
    const verb = failure as () => never;
    const store = memoryStore();
    await isHarmless({ ...store, head: verb }, `head ${name}`, ["fault get"]);
    const { head: _, ...headless } = memoryStore();
    await isHarmless({ ...headless, get: verb }, `get ${name}`, ["fault get"]);
    await isHarmless({ ...memoryStore(), set: verb }, `set ${name}`, ["fault set"]);
    const all = { get: verb, head: verb, set: verb, delete: verb, keys: verb, close: verb };
    await isHarmless(all, `all ${name}`, ["fault get", "fault set"]);
  }
});

test("faults: where only the pace cannot be read, the hit comes without it", async () => {
  for (const [name, failure] of Object.entries(failures)) {
    const memory = memoryStore();
    const store = { ...memory, get: failure as () => never };
    const { story, onEvent } = listen();
    const { ask } = asking({ store, wait, onEvent, pace: "recorded" });
    for (const way of ["a streamed fetch", "a generator"] as const) {
      for (const heard of [["miss"], ["fault get", "hit"]]) {
        assert.deepEqual(await ask(way), RIGHT[way], name);
        assert.deepEqual(story(), heard, name);
      }
    }
  }
});

/** What is no entry, made from a right one of another request, or of this one by another version. */
function rubbish(other: Uint8Array): Record<string, unknown> {
  const text = new TextDecoder().decode(other);
  const encode = (text: string) => new TextEncoder().encode(text);
  return {
    undefined: undefined,
    "a boolean": true,
    "a number": 7,
    "a string": text,
    "a symbol": Symbol(),
    "an object": {},
    "an object like bytes": { length: 9, byteLength: 9, buffer: new ArrayBuffer(9) },
    "an array": [...other],
    "a function": () => other,
    "other numbers": new Float64Array(99),
    "a view": new DataView(new ArrayBuffer(99)),
    "a buffer": new ArrayBuffer(99),
    "no bytes": new Uint8Array(),
    "a line feed": new Uint8Array([10]),
    zeros: new Uint8Array(1 << 16),
    "line feeds": new Uint8Array(1 << 16).fill(10),
    "another's entry": other,
    "an entry twice": encode(text + text),
    "another version": encode(text.replace('{"llmcache":1', '{"llmcache":2')),
    "no sizes": encode(text.replace(/"sizes":\[\d+,\d+\]/, '"sizes":null')),
    "huge sizes": encode(text.replace(/"sizes":\[\d+,\d+\]/, `"sizes":[${2 ** 53 - 1},0]`)),
    "negative sizes": encode(text.replace(/"sizes":\[\d+,\d+\]/, '"sizes":[-9,9]')),
    "a line that is null": encode("null\n"),
    "a line of its own": encode('{"llmcache":1,"check":"0123456789abcdef"}\n'),
  };
}

async function entryOfAnother(): Promise<Uint8Array> {
  const store = memoryStore();
  await asking({ store, namespace: "another" }).ask("a fetch");
  for await (const key of store.keys()) return (await store.get(key))!;
  throw new Error("nothing was stored");
}

test("faults: a store that answers with rubbish costs a miss and an event", async () => {
  const another = await entryOfAnother();
  for (const [name, value] of Object.entries(rubbish(another))) {
    for (const verb of readers) {
      for (const give of [() => value, () => Promise.resolve(value)]) {
        const { head, ...headless } = memoryStore();
        const store = verb === "head" ? { ...headless, head: give } : { ...headless, get: give };
        await isHarmless(store as CacheStore, `${verb} gives ${name}`, ["fault get"]);
        assert.ok(head);
      }
    }
  }
});

test("faults: a store that ends nowhere is not read for ever", async () => {
  let most = 0;
  const endless = (_: string, bytes: number) => {
    most = Math.max(most, bytes);
    return new Uint8Array(bytes);
  };
  await isHarmless({ ...memoryStore(), head: endless }, "endless", ["fault get"]);
  assert.ok(most <= 1 << 24, `${most} bytes were asked for`);
});

test("faults: a store that says it has stored and has not is a miss every time", async () => {
  for (const answer of [undefined, true, false, {}, Promise.resolve("done")]) {
    const store = { ...memoryStore(), set: () => answer };
    await isHarmless(store as unknown as CacheStore, `set gives ${answer}`, ["miss"]);
  }
});

test("faults: bytes in shared or resizable memory are bytes", async () => {
  const kinds: Record<string, (value: Uint8Array) => Uint8Array> = {
    shared: (value) => new Uint8Array(new SharedArrayBuffer(value.length)),
    resizable(value) {
      const Resizable = ArrayBuffer as unknown as new (
        length: number,
        options: { maxByteLength: number },
      ) => ArrayBuffer;
      return new Uint8Array(new Resizable(value.length, { maxByteLength: 1 << 20 }));
    },
  };
  for (const [name, make] of Object.entries(kinds)) {
    const { head: _, ...store } = memoryStore();
    const get: CacheStore["get"] = async (key) => {
      const value = await store.get(key);
      if (!value) return null;
      const bytes = make(value);
      bytes.set(value);
      return bytes;
    };
    const { ask, out } = asking({ store: { ...store, get } });
    for (const way of WAYS) {
      for (const calls of [1, 0]) {
        assert.deepEqual(await ask(way), RIGHT[way], `${name}, ${way}`);
        assert.equal(out(), calls, `${name}, ${way}`);
      }
    }
  }
});

test("faults: a write that is too slow lands after all, and is a hit from then on", async () => {
  const store = memoryStore();
  const doors: Gate[] = [];
  const set: CacheStore["set"] = async (key, value) => {
    const copy = value.slice();
    const door = gate();
    doors.push(door);
    await door.opened;
    return store.set(key, copy);
  };
  const { story, onEvent } = listen();
  const { ask, out } = asking({ store: { ...store, set }, wait, onEvent });
  assert.equal(await ask("a fetch"), RIGHT["a fetch"]);
  assert.deepEqual(story(), ["fault set", "miss store-fault"]);
  doors.forEach((door) => door.open());
  await settle();
  assert.equal(await ask("a fetch"), RIGHT["a fetch"]);
  assert.deepEqual([out(), story()], [1, ["hit"]]);
});
