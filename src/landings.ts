/**
 * Answers that land while someone looks for them: a store may tell what it saw before.
 *
 * @module
 */

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
  look<F extends { readonly entry?: unknown }>(key: string, find: () => Promise<F>): Promise<F>;
}

/** Begins to keep count. */
export function createLandings(): Landings {
  const lookups = new Set<{ readonly key: string; isLate: boolean }>();
  return {
    tell(key) {
      for (const lookup of lookups) if (lookup.key === key) lookup.isLate = true;
    },
    async look(key, find) {
      const lookup = { key, isLate: false };
      lookups.add(lookup);
      try {
        for (;;) {
          lookup.isLate = false;
          const found = await find();
          if (found.entry || !lookup.isLate) return found;
        }
      } finally {
        lookups.delete(lookup);
      }
    },
  };
}
