/**
 * Checks the arguments of packing and unpacking.
 *
 * @module
 */

import { checkOptions } from "../options/check-options.ts";
import { progressRules } from "../upkeep/progress.ts";
import { isStore, show } from "../options/rules.ts";

/** Checks the store and the options. */
export function checkPacking(name: string, store: unknown, options: object): void {
  if (!isStore(store)) {
    throw new TypeError(
      `llmcache: ${name} takes a CacheStore (get, set, delete, keys), not ${show(store)}.`,
    );
  }
  checkOptions(options, progressRules, `${name}()`);
}
