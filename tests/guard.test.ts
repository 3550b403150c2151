import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type GuardedStore, guardStore, type OnFault } from "../src/guard/guard.ts";
import type { CacheStore, Claim } from "../src/store.ts";
import { expectBytes, patterned, testKey } from "./bytes.ts";
import { gate, settle } from "./gate.ts";

const key = testKey(1);
const keys = [testKey(1), testKey(2), testKey(1)];
/** No pause is made: a time limit is over at once. */
const wait = () => settle();

/** A guarded store, and the faults that were told since they were last asked for. */
function guarded(store: Partial<CacheStore>) {
  const faults: Parameters<OnFault>[0][] = [];
  const onFault: OnFault = (fault) => void faults.push(fault);
  const told = () => faults.splice(0).map(({ operation, key, error }) => [operation, key, error]);
  const own = guardStore({ ...memoryStore(), ...store } as CacheStore, 5, wait);
  return { store: own, onFault, told };
}

const error = new Error("broken");
const failures: Record<string, () => never> = {
  throws: () => {
    throw error;
  },
  rejects: (() => Promise.reject(error)) as () => never,
};
const never = (() => new Promise(() => {})) as () => never;

async function listed(store: GuardedStore, onFault: OnFault): Promise<string[]> {
  const all: string[] = [];
  for await (const some of store.keys(onFault)) all.push(...some);
  return all;
}

test("guard: all keys are listed, and nothing else", async () => {
  const many = Array.from({ length: 1000 }, (_, number) => testKey(number));
  const { store, onFault, told } = guarded({
    async *keys() {
      yield* ["", "index.db", `${many[0]}.tmp`, ...many, 7 as never, "A".repeat(64) + ".whole"];
    },
  });
  assert.deepEqual(await listed(store, onFault), many);
  assert.deepEqual(told(), []);
});

test("guard: keys that fail, hang or are none end the list, and are told", async () => {
  const wrong: Record<string, () => unknown> = {
    ...failures,
    "are none": () => undefined,
    "are a promise": () => Promise.resolve([]),
    "fail after some": async function* () {
      for (let number = 0; number < 300; number++) yield testKey(number);
      throw error;
    },
    "hang": () => ({ [Symbol.asyncIterator]: () => ({ next: never, return: never }) }),
    "hang after some": async function* () {
      for (let number = 0; number < 300; number++) yield testKey(number);
      await never();
    },
  };
  for (const [name, keys] of Object.entries(wrong)) {
    const { store, onFault, told } = guarded({ keys: keys as () => never });
    assert.equal((await listed(store, onFault)).length, name.endsWith("some") ? 256 : 0, name);
    assert.deepEqual(told().map(([operation]) => operation), ["keys"], name);
  }
});

test("guard: who stops listing stops the store", async () => {
  let [given, ended] = [0, false];
  const { store, onFault } = guarded({
    async *keys() {
      try {
        for (;;) yield testKey(given++);
      } finally {
        ended = true;
      }
    },
  });
  for await (const some of store.keys(onFault)) if (some.length > 0) break;
  await settle();
  assert.deepEqual([given, ended], [256, true]);
});

test("guard: getMany gives each value, at once if the store does, whether it has the verb or not", async () => {
  for (const own of [{}, { getMany: undefined }] as Partial<CacheStore>[]) {
    const { store, onFault, told } = guarded(own);
    await store.set(key, patterned(100), onFault);
    const found = store.getMany(keys, onFault) as { bytes: Uint8Array; asked: number }[];
    assert.deepEqual(found.map((one) => one?.asked), [Infinity, undefined, Infinity]);
    expectBytes(found[2]!.bytes, patterned(100));
    assert.deepEqual(await store.getMany([], onFault), []);
    assert.deepEqual(told(), []);
  }
  const get = (key: string) => Promise.resolve(key === keys[0] ? patterned(5) : null);
  const { store, onFault } = guarded({ getMany: undefined as never, get });
  const found = await store.getMany(keys, onFault);
  assert.deepEqual(found.map((one) => one?.bytes.length), [5, undefined, 5]);
});

test("guard: a getMany that fails, hangs or answers with rubbish is a miss of all, and told", async () => {
  const wrong: Record<string, () => unknown> = {
    ...failures,
    "is too short": () => [null],
    "is no array": () => Promise.resolve(undefined),
    "is a number": () => 3,
  };
  for (const [name, getMany] of Object.entries(wrong)) {
    const { store, onFault, told } = guarded({ getMany: getMany as () => never });
    assert.deepEqual(await store.getMany(keys, onFault), [null, null, null], name);
    const [fault, ...others] = told();
    assert.deepEqual(others, []);
    assert.deepEqual(fault!.slice(0, 2), ["get", undefined]);
    if (name in failures) assert.equal(fault![2], error);
    else {assert.match(
        String(fault![2]),
        /`getMany` of 3 keys with (1 values|a undefined|a number)/,
      );}
  }
  const { store, onFault, told } = guarded({ getMany: never });
  assert.deepEqual(await store.getMany(keys, onFault), [null, null, null]);
  assert.match(String(told()), /did not answer within 5 ms/);
});

test("guard: what is wrong with one value of many is a miss of that one", async () => {
  const getMany = () => [patterned(5), "text", new ArrayBuffer(7)] as never;
  const { store, onFault, told } = guarded({ getMany });
  const found = await store.getMany(keys, onFault);
  assert.deepEqual(found.map((one) => one?.bytes.length), [5, undefined, 7]);
  assert.deepEqual(told().map(([operation, key]) => [operation, key]), [["get", keys[1]]]);
});

test("guard: a claim is the store's, and null where someone holds it", async () => {
  let time = 0;
  const memory = memoryStore({ now: () => time });
  const { store, onFault, told } = guarded(memory);
  assert.equal(store.canClaim, true);
  const claim = (await store.claim(key, 100, onFault))!;
  assert.equal(await store.claim(key, 100, onFault), null);
  assert.equal(await claim.renew(1_000), true);
  time = 999;
  assert.equal(await store.claim(key, 100, onFault), null);
  await claim.release();
  assert.equal(await claim.renew(1_000), false);
  assert.notEqual(await store.claim(key, 100, onFault), null);
  assert.deepEqual(told(), []);
});

test("guard: where a store cannot claim, or fails to, everybody may go on", async () => {
  const wrong: Record<string, unknown> = {
    "is missing": undefined,
    ...failures,
    hangs: never,
    "gives nothing": () => undefined,
    "gives half a claim": () => ({ renew: () => true }),
  };
  for (const [name, claim] of Object.entries(wrong)) {
    const { store, onFault, told } = guarded({ claim: claim as never });
    assert.equal(store.canClaim, claim !== undefined);
    for (const round of [1, 2]) {
      const given = await store.claim(key, 100, onFault);
      assert.equal(await given?.renew(100), true, `${name}, ${round}`);
      await given!.release();
      const faults = told().map(([operation, key]) => [operation, key]);
      assert.deepEqual(faults, claim ? [["claim", key]] : [], name);
    }
  }
});

test("guard: a claim that cannot be renewed or given up is told, and is not lost by that", async () => {
  for (const [name, fail] of Object.entries({ ...failures, hangs: never })) {
    const { store, onFault, told } = guarded({ claim: () => ({ renew: fail, release: fail }) });
    const claim = (await store.claim(key, 100, onFault))!;
    assert.equal(await claim.renew(100), true, name);
    assert.equal(await claim.release(), undefined);
    assert.deepEqual(told().map(([operation]) => operation), ["claim", "claim"]);
  }
});

test("guard: a claim that comes too late is given up", async () => {
  const door = gate();
  const released: string[] = [];
  const late: Claim = { renew: () => true, release: () => void released.push(key) };
  const claim = async () => {
    await door.opened;
    return late;
  };
  const { store, onFault, told } = guarded({ claim });
  assert.equal(await (await store.claim(key, 100, onFault))?.renew(1), true);
  assert.match(String(told()), /did not answer within 5 ms/);
  assert.deepEqual(released, []);
  door.open();
  await settle();
  assert.deepEqual(released, [key]);
});
