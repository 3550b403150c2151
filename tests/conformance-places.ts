/** What a store must do when something happens to the place where it keeps its entries. */

import { formatEntry, parseEntry, type Recording } from "../src/entry.ts";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, check, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import type { Case } from "./conformance-cases.ts";

const key = testKey(1);

/** An entry as the cache writes it, with an answer of this size. */
function entryOf(size: number): Uint8Array {
  const recording: Recording = {
    key,
    form: "whole",
    status: 200,
    headers: { "content-type": "application/json" },
    at: 1e12,
    took: 500,
    dialect: "openai-chat",
    namespace: "",
    sample: 0,
    askedUsage: false,
    words: "What is the capital of France?",
  };
  const request = { url: "https://x.test/v1/chat/completions", headers: {}, body: "{}" };
  const cold = { request, identity: { v: 1, target: "" }, chunks: [[500, size]] as const };
  return formatEntry(recording, [patterned(size)], cold);
}

/** Fails where something that is not the entry would be taken for it. A store may fail, or say null. */
async function expectNone(store: CacheStore, what: string): Promise<void> {
  const reads = [() => store.get(key), ...(store.head ? [() => store.head!(key, 1e9)] : [])];
  for (const read of reads) {
    const found = await attempt(read);
    const entry = found instanceof Uint8Array ? parseEntry(found, Infinity, key) : null;
    check(entry === null, `${what} is taken for the entry`);
  }
}

/** What an act gives; nothing where it fails. */
async function attempt<T>(act: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}

/** What an entry can become. */
function* damaged(entry: Uint8Array): Generator<[string, Uint8Array]> {
  for (const at of [0, 30, 200, entry.length >> 1]) {
    const bytes = entry.slice();
    bytes[at]! ^= 4;
    yield [`an entry with byte ${at} changed`, bytes];
  }
  for (const length of [0, 1, 200, entry.length >> 1]) {
    yield [`the first ${length} bytes of an entry`, entry.slice(0, length)];
  }
  yield ["what is no entry", bytesOf("no entry")];
  yield ["zeros", new Uint8Array(entry.length)];
}

/** Any store: the damage is what it holds. */
export const damage: Record<string, Case> = {
  async "damaged bytes are a miss, and replaced"(store) {
    for (const size of [1_000, 200_000]) {
      const entry = entryOf(size);
      for (const [what, bytes] of damaged(entry)) {
        await store.set(key, bytes);
        await expectNone(store, what);
        await store.set(key, entry);
        expectBytes(await store.get(key), entry);
      }
    }
  },
};

/** Places that can be damaged behind the back of their stores. */
export const damagedPlaces: Record<string, Case> = {
  async "what is damaged behind its back is a miss, and replaced"(store, place) {
    for (const size of [1_000, 200_000]) {
      const entry = entryOf(size);
      await store.set(key, entry);
      await place.damage!(key);
      for (const instance of [store, await place.open()]) {
        await expectNone(instance, "what was damaged");
        if (instance !== store) await instance.close?.();
      }
      await store.set(key, entry);
      expectBytes(await store.get(key), entry);
    }
  },
};

/** Places that can be made unusable. */
export const obstructedPlaces: Record<string, Case> = {
  async "a failed open is not remembered"(_, place) {
    const clear = await place.obstruct!();
    let store = await attempt(() => place.open());
    if (store) await expectUnusable(store);
    await clear();
    store ??= await place.open();
    check(await store.get(key) === null, "something is there");
    await store.set(key, patterned(100));
    expectBytes(await store.get(key), patterned(100));
    await store.close?.();
  },
};

async function expectUnusable(store: CacheStore): Promise<void> {
  for (const round of [1, 2]) {
    const done = await attempt(async () => {
      await store.set(key, patterned(100));
      return true;
    });
    check(!done, `a value was set where nothing can be, round ${round}`);
    check(!await attempt(() => store.get(key)), "a value is read where nothing can be");
  }
}

/** Places that stores of another kind share. */
export const otherKinds: Record<string, Case> = {
  async "another kind of store on one place reads, lists, replaces and deletes"(store, place) {
    const other = await place.openOther!();
    await bothWays(store, other);
    await bothWays(other, store);
    await other.close?.();
  },
  async "another kind of store on one place claims from it"(store, place) {
    if (!store.claim) return;
    const other = await place.openOther!();
    for (const [one, another] of [[store, other], [other, store]] as const) {
      const claim = (await one.claim!(key, 60_000))!;
      check(await another.claim!(key, 60_000) === null, "both have it");
      check(await claim.renew(60_000), "it cannot be renewed");
      await claim.release();
    }
    await other.close?.();
  },
};

async function bothWays(from: CacheStore, to: CacheStore): Promise<void> {
  await from.set(key, patterned(200_000));
  expectBytes(await to.get(key), patterned(200_000));
  const head = await to.head?.(key, 50_000);
  if (head) expectBytes(head, patterned(200_000).slice(0, head.length));
  check((await collect(to.keys())).join() === key, "it is not listed");
  await to.set(key, patterned(300));
  expectBytes(await from.get(key), patterned(300));
  await to.delete(key);
  check(await from.get(key) === null, "deleted by the other, and still there");
}
