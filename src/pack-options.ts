/**
 * What packing and unpacking can be told.
 *
 * @module
 */

import { checkOptions } from "./check-options.ts";
import { isStore, type Rules, show } from "./rules.ts";

/** How far it is. */
export interface PackProgress {
  /** How many entries are done. */
  readonly entries: number;
  /** How many bytes of the file are done. */
  readonly bytes: number;
}

/** The options of {@linkcode pack} and {@linkcode unpack}; every member is optional. */
export interface PackOptions {
  /** Told after each entry, and at the end; what it throws changes nothing. */
  readonly onProgress?: ((progress: PackProgress) => void) | undefined;
}

/** Checks the arguments. */
export function checkPacking(name: string, store: unknown, options: object): void {
  if (!isStore(store)) {
    throw new TypeError(
      `llmcache: ${name} takes a CacheStore (get, set, delete, keys), not ${show(store)}.`,
    );
  }
  checkOptions(options, RULES, `${name}()`);
}

const RULES: Rules = { onProgress: [(value) => typeof value === "function", "a function"] };

/** Tells how far it is. */
export function tellProgress({ onProgress }: PackOptions, progress: PackProgress): void {
  try {
    onProgress?.(progress);
  } catch {
    // The listener's own trouble.
  }
}
