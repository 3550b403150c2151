/**
 * Claims within one process.
 *
 * @module
 */

import type { Claim } from "../src/store.ts";

/** Who holds what. */
export interface Claims {
  /** Claims a key, as a store does. */
  claim(key: string, ms: number): Claim | null;
  /** Forgets all claims: they are lost. */
  clear(): void;
}

/**
 * Begins to keep claims.
 *
 * @param now the clock, in milliseconds.
 */
export function createClaims(now: () => number): Claims {
  const holders = new Map<string, { until: number }>();
  return {
    claim(key, ms) {
      const held = holders.get(key);
      if (held && now() < held.until) return null;
      const mine = { until: now() + ms };
      holders.set(key, mine);
      return {
        renew(ms) {
          if (holders.get(key) !== mine || now() >= mine.until) return false;
          mine.until = now() + ms;
          return true;
        },
        release() {
          if (holders.get(key) === mine) holders.delete(key);
        },
      };
    },
    clear: () => holders.clear(),
  };
}
