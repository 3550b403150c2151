/**
 * Answers that land while someone looks for them: a store may tell what it saw before.
 *
 * @module
 */

import { isPromise } from "../time/awaitable.ts";
import type { Awaitable } from "../store.ts";

/** Who looks for what, and what was stored meanwhile. */
export interface Landings {
  /** Tells that an answer is stored; its flight must still take joiners for two more microtasks. */
  tell(key: string): void;
  /**
   * Looks for an entry, and again if one for that key was stored since it began to look.
   *
   * Whoever finds none boards a flight in the next microtask, so that nothing comes between: either
   * the answer has landed before, and is found, or its flight is still there to be joined.
   */
  look<F extends { readonly entry?: unknown }>(
    key: string,
    find: () => Awaitable<F>,
  ): Awaitable<F>;
}

/** Begins to keep count. */
export function createLandings(): Landings {
  const lookups = new Set<{ readonly key: string; isLate: boolean }>();

  async function watch<F extends { readonly entry?: unknown }>(
    key: string,
    first: PromiseLike<F>,
    find: () => Awaitable<F>,
  ): Promise<F> {
    const lookup = { key, isLate: false };
    lookups.add(lookup);
    try {
      for (let found = await first;; found = await find()) {
        if (found.entry || !lookup.isLate) return found;
        lookup.isLate = false;
      }
    } finally {
      lookups.delete(lookup);
    }
  }

  return {
    tell(key) {
      for (const lookup of lookups) if (lookup.key === key) lookup.isLate = true;
    },
    look<F extends { readonly entry?: unknown }>(key: string, find: () => Awaitable<F>) {
      const found = find();
      // What is told at once leaves no time for anything to land meanwhile.
      return isPromise(found) ? watch(key, found, find) : found;
    },
  };
}
