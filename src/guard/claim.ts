/**
 * Claims whose faults end here.
 *
 * @module
 */

import { isPromise } from "../time/awaitable.ts";
import { LlmcacheError } from "../errors.ts";
import type { OnFault } from "./guard.ts";
import type { Wait } from "../options/options.ts";
import type { Awaitable, CacheStore, Claim } from "../store.ts";
import { within } from "../time/within.ts";

/** A claim that never throws. */
export interface GuardedClaim {
  /**
   * Keeps it for so many milliseconds from now; `false`: it is lost. Where the store fails, nobody knows, and
   * it is to be tried again.
   */
  renew(ms: number): Promise<boolean>;
  /** Gives it up. */
  release(): Promise<void>;
}

/** Of a store that cannot tell who else asks: whoever claims may go on. */
export const NOBODYS: GuardedClaim = {
  renew: () => Promise.resolve(true),
  release: () => Promise.resolve(),
};

/** Puts a guard before the claims of a store. */
export function guardClaims(store: CacheStore, timeout: number, wait: Wait): {
  readonly canClaim: boolean;
  claim(key: string, ms: number, onFault: OnFault): Promise<GuardedClaim | null>;
} {
  /** Acts, no longer than the store may take; a fault is told, and gives something else. */
  async function attempt<T>(
    verb: () => Awaitable<T>,
    otherwise: T,
    key: string,
    onFault: OnFault,
  ): Promise<T> {
    try {
      const value = verb();
      return isPromise(value) ? await within(value, timeout, wait) : value;
    } catch (error) {
      onFault({ operation: "claim", error, key });
      return otherwise;
    }
  }

  function guard(claim: Claim, key: string, onFault: OnFault): GuardedClaim {
    return {
      renew: (ms) => attempt(() => claim.renew(ms), true, key, onFault),
      release: () => attempt(() => claim.release(), undefined, key, onFault),
    };
  }

  return {
    canClaim: store.claim !== undefined,
    async claim(key, ms, onFault) {
      if (!store.claim) return NOBODYS;
      let isLate = false;
      const arrive = async (claiming: PromiseLike<Claim | null>) => {
        const claim = await claiming;
        // Nobody waits for it any more, so nobody would give it up.
        if (isLate) await claim?.release();
        return toClaim(claim);
      };
      const verb = () => {
        const given = store.claim!(key, ms);
        return isPromise(given) ? arrive(given) : toClaim(given);
      };
      const claim = await attempt(verb, undefined, key, onFault);
      isLate = true;
      if (claim === undefined) return NOBODYS;
      return claim && guard(claim, key, onFault);
    },
  };
}

function toClaim(given: unknown): Claim | null {
  if (given === null) return null;
  const { renew, release } = (given ?? {}) as Partial<Claim>;
  if (typeof renew === "function" && typeof release === "function") return given as Claim;
  throw new LlmcacheError(
    "llmcache_store_value",
    "The store must answer `claim` with an object that has `renew` and `release`, or with null " +
      "where someone else holds the key.",
  );
}
