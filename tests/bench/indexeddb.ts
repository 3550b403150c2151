/** Measures the store in IndexedDB beside the calls of idb-keyval alone, in the page that runs this. */

import { createStore, entries, get, set } from "idb-keyval";
import { indexedDbStore } from "../../adapters/indexeddb.ts";
import type { Lines } from "../../src/upkeep/listing.ts";
import type { CacheStore } from "../../src/store.ts";
import { collect, patterned, testKey } from "../bytes.ts";
import { removeDatabase } from "../browser/database.ts";
import { measureBeside, type Result, type Size } from "./beside.ts";
import { compare } from "./compare.ts";

const GOAL = 1.2;
const RAW = "bench raw";
const OURS = "bench ours";
/** Firefox has a clock of whole milliseconds: a measurement takes some of them. */
const sizes: readonly Size[] = [
  { bytes: 2_000, runs: 20 },
  { bytes: 200_000, runs: 5 },
  { bytes: 1_000_000, runs: 2, held: 16 },
];
const ROUNDS = 31;
const LISTED = 10_000;

async function withBoth<T>(
  act: (raw: ReturnType<typeof createStore>, ours: CacheStore & Lines) => Promise<T>,
): Promise<T> {
  const raw = createStore(RAW, "entries");
  const ours = indexedDbStore({ name: OURS }) as CacheStore & Lines;
  const result = await act(raw, ours);
  await raw("readonly", ({ transaction }) => transaction.db.close());
  await ours.close?.();
  await Promise.all([RAW, OURS].map(removeDatabase));
  return result;
}

/** Reading every value of idb-keyval, beside what the store keeps apart for it. */
function measureListing(): Promise<Result> {
  return withBoth(async (raw, ours) => {
    const value = patterned(2_000);
    for (let from = 0; from < LISTED; from += 500) {
      const some = Array.from({ length: 500 }, (_, n) => testKey(from + n));
      await Promise.all(some.flatMap((key) => [set(key, value, raw), ours.set(key, value)]));
    }
    const rivals = [
      { name: "raw", run: () => entries(raw) },
      { name: "ours", run: () => collect(ours.lines()) },
    ];
    const name = `indexeddb, lines of ${LISTED}`;
    return { name, goal: GOAL, scores: await compare(rivals, 1, 5) };
  });
}

/** Measures it all. */
export async function measure(): Promise<Result[]> {
  const results: Result[] = [];
  for (const size of sizes) {
    const pair = { name: "indexeddb", goal: GOAL, isBounded: false };
    results.push(
      ...await withBoth((raw, ours) => {
        const direct = {
          get: (key: string) => get(key, raw),
          set: (key: string, value: Uint8Array) => set(key, value, raw),
        };
        return measureBeside({ ...pair, raw: direct, ours }, { ...size, rounds: ROUNDS });
      }),
    );
  }
  return [...results, await measureListing()];
}
