/** What the optional `tidy` must do. */

import { check, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import type { Case } from "./conformance-cases.ts";

/** Later than anything is written here. */
const LATER = Date.now() + 1e12;

/** The optional `tidy`. */
export const tidying: Record<string, Case> = {
  async "to tidy an empty store is no error"(store) {
    check(await store.tidy!(LATER) === 0, "it is said to have removed something");
    await store.set(testKey(1), patterned(10));
    expectBytes(await store.get(testKey(1)), patterned(10));
  },
  async "to tidy touches nothing that is held"(store) {
    const sizes = [0, 10, 70_000, 1_000_000];
    for (const size of sizes) await store.set(testKey(size), patterned(size));
    await store.set(testKey(10), patterned(700_000));
    await store.set(testKey(10), patterned(10));
    await store.delete(testKey(7));
    for (const before of [0, LATER, LATER]) {
      const removed = await store.tidy!(before);
      check(removed === 0, `${removed} things are said to have been removed`);
      for (const size of sizes) expectBytes(await store.get(testKey(size)), patterned(size));
      check((await collect(store.keys())).length === sizes.length, "keys are lost");
    }
  },
};
