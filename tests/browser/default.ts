/** Which store a browser gets when none is named. */

import { type DefaultStoreOptions, openDefaultStore } from "../../src/default-store.ts";
import { bytesOf, check, expectBytes, testKey } from "../bytes.ts";
import { test } from "./registry.ts";
import { hangOnOpen, throwOnOpen } from "./spies.ts";

/** Opens the default store where IndexedDB fails in some way. */
async function openWhere(
  fails: () => () => void,
  options: DefaultStoreOptions = {},
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const restore = fails();
  const warn = (message: string) => void warnings.push(message);
  const store = await openDefaultStore({ warn, ...options });
  restore();
  await store.set(testKey(1), bytesOf("value"));
  expectBytes(await store.get(testKey(1)), bytesOf("value"));
  return warnings;
}

test("indexeddb default: where it may not be opened, memory and one warning", async () => {
  const warnings = await openWhere(() => throwOnOpen(new DOMException("no", "SecurityError")));
  check(warnings.length === 1, `${warnings.length} warnings`);
  check(/may not use IndexedDB \(no\).*in memory.*a `store`$/.test(warnings[0]!), warnings[0]!);
});

test("indexeddb default: where it does not open, memory and one warning", async () => {
  // No pause is made: a time limit is over at once.
  const warnings = await openWhere(hangOnOpen, { wait: () => Promise.resolve() });
  check(warnings.length === 1, `${warnings.length} warnings`);
  check(/\(it did not open within 5000 ms\).*in memory/.test(warnings[0]!), warnings[0]!);
});
