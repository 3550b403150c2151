/** The cases of the conformance suite. A bug found in one store becomes a case here, for all. */

import type { Awaitable, CacheStore } from "../src/store.ts";
import { bytesOf, check, collect, expectBytes, patterned, testKey } from "./bytes.ts";

/** Where the stores of one test keep their entries. All but `open` is optional. */
export interface Place {
  /** Opens a store; each call gives another instance, on the same place where it is a shared one. */
  open(): Awaitable<CacheStore>;
  /**
   * Moves the clock by which claims expire. Without it they must expire by the clock of the system,
   * and the cases about that take as long as it takes.
   */
  advance?(milliseconds: number): void;
  /**
   * Changes what is held under a key behind the back of the stores, as a crash or a failing disk
   * might, so that it is no longer what was set.
   */
  damage?(key: string): Awaitable<void>;
  /**
   * Lets nothing be opened or written there, as a disk that is not mounted yet might.
   *
   * @returns what makes it usable again.
   */
  obstruct?(): Awaitable<() => Awaitable<void>>;
  /** Opens a store of another kind that has the same format. */
  openOther?(): Awaitable<CacheStore>;
  /** Removes the place, when the test is over. */
  remove?(): Awaitable<void>;
}

/** One thing a store must do, on a place of its own. */
export type Case = (store: CacheStore, place: Place) => Promise<void>;

const whole = testKey(1);
const stream = testKey(1, "stream");

/** What is read. */
export const reading: Record<string, Case> = {
  async "what is missing is null"(store) {
    check(await store.get(whole) === null, "get of a missing key is not null");
    await store.set(whole, bytesOf("here"));
    check(await store.get(stream) === null, "the other form is not missing");
    check(await store.get(testKey(2)) === null, "another key is not missing");
  },
  async "a value comes back byte for byte"(store) {
    const all = new Uint8Array(256).map((_, at) => at);
    await store.set(whole, all);
    expectBytes(await store.get(whole), all);
    expectBytes(await store.get(whole), all);
  },
  async "a value of no bytes is a value"(store) {
    await store.set(whole, new Uint8Array());
    expectBytes(await store.get(whole), new Uint8Array());
  },
  async "200 KB and 10 MB come back"(store) {
    for (const [n, size] of [[1, 200_000], [2, 10_000_000]] as const) {
      await store.set(testKey(n), patterned(size, n));
    }
    expectBytes(await store.get(testKey(1)), patterned(200_000, 1));
    expectBytes(await store.get(testKey(2)), patterned(10_000_000, 2));
  },
  async "what get returns is a plain Uint8Array of exactly the value"(store) {
    for (const size of [0, 10, 5_000, 200_000]) {
      await store.set(whole, patterned(size));
      const value = await store.get(whole);
      check(value?.constructor === Uint8Array, "not a plain Uint8Array");
      check(value.buffer.byteLength === size, `a view of ${value.buffer.byteLength} bytes`);
    }
  },
  async "what get returned may be changed or given away"(store) {
    await store.set(whole, patterned(3_000));
    (await store.get(whole))!.fill(0);
    expectBytes(await store.get(whole), patterned(3_000));
    const given = (await store.get(whole))!;
    structuredClone(given, { transfer: [given.buffer] });
    expectBytes(await store.get(whole), patterned(3_000));
  },
};

/** What is written and deleted. */
export const writing: Record<string, Case> = {
  async "a view stores only what it shows"(store) {
    const big = patterned(100_000);
    await store.set(whole, big.subarray(500, 510));
    expectBytes(await store.get(whole), big.slice(500, 510));
  },
  async "the caller may change its bytes after set"(store) {
    const value = patterned(3_000);
    await store.set(whole, value);
    value.fill(0);
    expectBytes(await store.get(whole), patterned(3_000));
  },
  async "shorter over longer leaves nothing behind"(store) {
    for (const size of [1_000_000, 70_000, 10, 0, 300]) {
      await store.set(whole, patterned(size, size));
      expectBytes(await store.get(whole), patterned(size, size));
    }
  },
  async "the same value again is no error"(store) {
    await store.set(whole, patterned(100));
    await store.set(whole, patterned(100));
    expectBytes(await store.get(whole), patterned(100));
    await store.set(whole, patterned(100, 1));
    expectBytes(await store.get(whole), patterned(100, 1));
  },
  async "delete removes one value, and twice is no error"(store) {
    await store.delete(whole);
    await store.set(whole, patterned(100_000));
    await store.set(stream, patterned(10));
    await store.delete(whole);
    await store.delete(whole);
    check(await store.get(whole) === null, "it is still there");
    expectBytes(await store.get(stream), patterned(10));
    await store.set(whole, patterned(20));
    expectBytes(await store.get(whole), patterned(20));
  },
  async "of writers at once one wins whole"(store) {
    const values = [900_000, 10, 70_000, 300_000].map((size) => patterned(size, size));
    await Promise.all(values.map((value) => store.set(whole, value)));
    const won = await store.get(whole);
    const value = values.find((value) => value.length === won?.length);
    check(value, "not the length of any");
    expectBytes(won, value);
  },
  async "a reader during a write sees the old value, the new one or none"(store) {
    let old = patterned(400_000, 1);
    await store.set(whole, old);
    for (const [seed, size] of [[2, 100], [3, 700_000], [4, 0], [5, 90_000]] as const) {
      const fresh = patterned(size, seed);
      let writing = true;
      const written = Promise.resolve(store.set(whole, fresh)).finally(() => writing = false);
      for (let reads = 1; writing; reads++) {
        const value = await store.get(whole);
        if (value !== null) expectBytes(value, value.length === old.length ? old : fresh);
        // A store that answers at once would let the write come to no end.
        if (reads % 20 === 0) await new Promise((resolve) => void setTimeout(resolve));
      }
      await written;
      expectBytes(await store.get(whole), fresh);
      old = fresh;
    }
  },
};

/** What is listed. */
export const listing: Record<string, Case> = {
  async "keys are listed, each once, without internals"(store) {
    check((await collect(store.keys())).length === 0, "a new store is not empty");
    const keys = [whole, stream, testKey(2), testKey(258), testKey(3)];
    for (const key of keys) await store.set(key, patterned(100));
    await store.set(testKey(2), patterned(1_000_000));
    await store.set(testKey(2), patterned(10));
    await store.delete(testKey(3));
    const found = await collect(store.keys());
    const expected = keys.filter((key) => key !== testKey(3)).sort();
    check(found.sort().join() === expected.join(), `keys are ${found.join()}`);
  },
  async "a listing during which values are read, set and deleted ends"(store) {
    for (let n = 0; n < 20; n++) await store.set(testKey(n), patterned(n));
    const seen = new Set<string>();
    for await (const key of store.keys()) {
      check(!seen.has(key), `${key} is listed twice`);
      seen.add(key);
      await store.get(key);
      await store.set(key, patterned(5));
      if (seen.size % 2) await store.delete(key);
    }
    check(seen.size === 20, `${seen.size} of 20 are listed`);
  },
  async "a listing may be left early"(store) {
    for (let n = 0; n < 5; n++) await store.set(testKey(n), patterned(n));
    for await (const key of store.keys()) {
      check(await store.get(key) !== null, "a key without a value");
      break;
    }
    check((await collect(store.keys())).length === 5, "the next listing is not whole");
  },
};

/** What several instances share, at once and one after the other. */
export const sharing: Record<string, Case> = {
  async "what was set is there when it is opened again"(store, place) {
    await store.set(whole, patterned(200_000));
    await store.set(stream, new Uint8Array());
    await store.close?.();
    const again = await place.open();
    expectBytes(await again.get(whole), patterned(200_000));
    expectBytes(await again.get(stream), new Uint8Array());
    check((await collect(again.keys())).length === 2, "keys are lost");
    await again.close?.();
  },
  async "of two instances that write at once one wins whole"(store, place) {
    const other = await place.open();
    for (let round = 0; round < 5; round++) {
      const values = [patterned(300_000, round), patterned(70_000, round)];
      await Promise.all([store.set(whole, values[0]!), other.set(whole, values[1]!)]);
      const [seen, same] = [await store.get(whole), await other.get(whole)];
      expectBytes(seen, values.find(({ length }) => length === seen?.length) ?? values[0]!);
      expectBytes(same, seen!);
    }
    await other.close?.();
  },
  async "a reader sees what another instance writes, whole"(store, place) {
    const other = await place.open();
    await store.set(whole, patterned(200_000, 0));
    for (const seed of [1, 2, 3]) {
      const written = Promise.resolve(other.set(whole, patterned(200_000 + seed, seed)));
      const seen = await store.get(whole);
      if (seen) expectBytes(seen, patterned(seen.length, seen.length - 200_000));
      await written;
      expectBytes(await store.get(whole), patterned(200_000 + seed, seed));
    }
    await other.close?.();
  },
  async "two instances on one place see the same"(store, place) {
    const other = await place.open();
    await store.set(whole, patterned(100_000, 1));
    expectBytes(await other.get(whole), patterned(100_000, 1));
    await other.set(whole, patterned(10, 2));
    expectBytes(await store.get(whole), patterned(10, 2));
    await other.delete(whole);
    check(await store.get(whole) === null, "deleted by the other, and still there");
    await Promise.all([store.set(stream, patterned(5)), other.set(testKey(2), patterned(6))]);
    check((await collect(store.keys())).length === 2, "keys of the other are missing");
    await other.close?.();
  },
};
