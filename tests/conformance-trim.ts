/** What the optional `touch` and `trim` must do. */

import type { CacheStore } from "../src/store.ts";
import { check, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import type { Case } from "./conformance-cases.ts";

async function fill(store: CacheStore, ...numbers: number[]): Promise<void> {
  for (const n of numbers) await store.set(testKey(n), patterned(1000, n));
}

/** Fails unless just these are held, as they were written. */
async function expectHeld(store: CacheStore, ...numbers: number[]): Promise<void> {
  const keys = (await collect(store.keys())).sort();
  const names = keys.map((key) => Number(`0x${key.slice(0, 2)}`));
  check(keys.join() === numbers.map((n) => testKey(n)).join(), `held are ${names}`);
  for (const n of numbers) expectBytes(await store.get(testKey(n)), patterned(1000, n));
}

async function trim(store: CacheStore, maxBytes: number, expected: number): Promise<void> {
  const { entries, bytes } = await store.trim!(maxBytes);
  check(entries === expected, `${entries} entries are said to have been removed, not ${expected}`);
  check(bytes >= 1000 * expected, `${bytes} bytes are said to have been removed`);
  check(expected > 0 || bytes === 0, `${bytes} bytes are said to have been removed, of none`);
}

/** The optional `touch`. */
export const touching: Record<string, Case> = {
  async "to touch changes nothing that is held"(store) {
    await store.touch!(testKey(1));
    await expectHeld(store);
    await fill(store, 1, 2);
    for (const n of [2, 1, 2, 7]) await store.touch!(testKey(n));
    await expectHeld(store, 1, 2);
    await store.delete(testKey(1));
    await store.touch!(testKey(1));
    await expectHeld(store, 2);
  },
};

/** The optional `trim`. */
export const trimming: Record<string, Case> = {
  async "to trim removes what was written longest ago"(store) {
    await trim(store, 0, 0);
    await fill(store, 1, 2, 3, 4, 5);
    await fill(store, 1);
    for (const enough of [Infinity, 10_000]) await trim(store, enough, 0);
    await store.head?.(testKey(2), 100);
    await trim(store, 2500, 3);
    const head = await store.head?.(testKey(2), 100) ?? null;
    check(head === null, "what is gone is read");
    await expectHeld(store, 1, 5);
    await trim(store, 2500, 0);
    await trim(store, 0, 2);
    await expectHeld(store);
    await fill(store, 6);
    await expectHeld(store, 6);
  },
};

/** Stores that have both. */
export const touchingAndTrimming: Record<string, Case> = {
  async "what was touched stays when it is trimmed"(store) {
    await fill(store, 1, 2, 3, 4, 5);
    for (const n of [2, 1, 2]) await store.touch!(testKey(n));
    await trim(store, 2500, 3);
    await expectHeld(store, 1, 2);
  },
};

/** The same, where instances share what they hold. */
export const sharedTouches: Record<string, Case> = {
  async "what another instance touched stays when it is trimmed"(store, place) {
    await fill(store, 1, 2, 3, 4);
    const other = await place.open();
    await other.touch!(testKey(1));
    await other.close?.();
    await fill(store, 5);
    await trim(store, 2500, 3);
    await expectHeld(store, 1, 5);
  },
};
