/** What the optional `ledger` must do. */

import type { CacheStore, DaySavings } from "../src/store.ts";
import { check, collect, patterned, testKey } from "./bytes.ts";
import type { Case } from "./conformance-cases.ts";

const first: DaySavings = { day: "2026-11-24", calls: 2, tokens: 30, milliseconds: 4.5 };
const second: DaySavings = { day: "2026-11-25", calls: 1, tokens: 0, milliseconds: 0 };

async function expectDays(store: CacheStore, ...expected: DaySavings[]): Promise<void> {
  const days = [...await store.ledger!.read()].sort((a, b) => a.day < b.day ? -1 : 1);
  check(JSON.stringify(days) === JSON.stringify(expected), `the days are ${JSON.stringify(days)}`);
}

const times = (count: number, { day, calls, tokens, milliseconds }: DaySavings): DaySavings => ({
  day,
  calls: count * calls,
  tokens: count * tokens,
  milliseconds: count * milliseconds,
});

/** The optional `ledger`. */
export const ledgers: Record<string, Case> = {
  async "the ledger adds up by days"(store) {
    await expectDays(store);
    // It is kept beside entries: where there are none, there is nothing to save.
    await store.set(testKey(1), patterned(10));
    await store.ledger!.add(second);
    await expectDays(store, second);
    for (const savings of [first, first, second, first]) await store.ledger!.add(savings);
    await expectDays(store, times(3, first), times(2, second));
  },
  async "the ledger is none of the keys, and outlives them"(store) {
    await store.set(testKey(1), patterned(10));
    await store.ledger!.add(first);
    check((await collect(store.keys())).join() === testKey(1), "there is another key");
    await store.delete(testKey(1));
    await expectDays(store, first);
  },
};

/** A ledger that all instances on one place share. */
export const sharedLedgers: Record<string, Case> = {
  async "what several instances add at once is all in the ledger"(store, place) {
    await store.set(testKey(1), patterned(10));
    const all = [store, await place.open(), await place.open()];
    const adding = Array.from({ length: 30 }, (_, n) => all[n % 3]!.ledger!.add(first));
    await Promise.all(adding);
    for (const each of all) await expectDays(each, times(30, first));
    for (const other of all.slice(1)) await other.close?.();
    await store.close?.();
    const again = await place.open();
    await expectDays(again, times(30, first));
    await again.close?.();
  },
};
