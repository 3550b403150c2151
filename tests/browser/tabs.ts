/** What several tabs do with one database at the same time. */

import { indexedDbStore } from "@x/llmcache/indexeddb";
import { check, expectBytes, patterned, testKey } from "../bytes.ts";

const store = indexedDbStore({ name: "tabs" });
const ROUNDS = 25;
/** Each holds short values and long ones in turn. */
const KEYS = 2;

/** Values of this tab: of its own sizes, so that a value tells whose it is. */
const valueOf = (tab: number, round: number) =>
  patterned([50, 40_000, 280_000][round % 3]! + tab, tab);

/** Waits for the other tabs. */
async function meet(tab: number, tabs: number): Promise<void> {
  const keys = Array.from({ length: tabs }, (_, n) => testKey(100 + n));
  await store.set(keys[tab]!, new Uint8Array());
  while ((await store.getMany!(keys)).includes(null)) await pause();
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

/**
 * Writes the same keys as the other tabs, removes some, and looks whether what it reads is whole.
 *
 * @returns how often it read what another tab had written.
 */
export async function race({ tab, tabs }: { tab: number; tabs: number }): Promise<number> {
  await meet(tab, tabs);
  let others = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const key = testKey(round % KEYS);
    for (const read of [await store.get(key), await setAndGet(key, valueOf(tab, round))]) {
      if (!read) continue;
      const whose = read.length % 10;
      check(whose < tabs, `${read.length} bytes are nobody's`);
      expectBytes(read, patterned(read.length, whose));
      if (whose !== tab) others++;
    }
    if (round % 7 === 0) await store.delete(key);
  }
  return others;
}

async function setAndGet(key: string, value: Uint8Array): Promise<Uint8Array | null> {
  await store.set(key, value);
  return await store.get(key);
}

/** Claims a key and keeps it; tells whether it was free. */
export async function claim(): Promise<boolean> {
  return await store.claim!(testKey(0), 60_000) !== null;
}

/** Claims a key as soon as it is free, which must not take as long as the claim of the other lasts. */
export async function claimSoon(): Promise<boolean> {
  const end = performance.now() + 20_000;
  while (performance.now() < end) {
    if (await claim()) return true;
    await pause();
  }
  return false;
}
