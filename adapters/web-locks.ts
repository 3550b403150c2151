/**
 * Claims by the Web Locks of the browser, which all its tabs and workers share.
 *
 * @see https://w3c.github.io/web-locks/
 *
 * @module
 */

import type { Claim } from "../src/store.ts";

/** The longest a timer can wait, in milliseconds: 24 days. */
const LONGEST = 2 ** 31 - 1;

/**
 * Makes the verb `claim`. A claim is a lock that is given back by a timer, if not before; the lock of a tab
 * that was closed or has crashed is free at once.
 *
 * @param scope what the names of the locks begin with.
 */
export function lockClaims(
  locks: LockManager,
  scope: string,
): (key: string, ms: number) => Promise<Claim | null> {
  return (key, ms) =>
    new Promise((resolve, reject) => {
      const held = locks.request(`${scope}:${key}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((free) => resolve(claimOf(ms, free, () => held)));
      });
      held.catch(reject);
    });
}

/** @param freed settles when the lock is free, some moments after `free`. */
function claimOf(ms: number, free: () => void, freed: () => Promise<unknown>): Claim {
  let isMine = true;
  let timer: ReturnType<typeof setTimeout>;

  function end(): void {
    isMine = false;
    free();
  }

  function keep(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(end, Math.min(ms, LONGEST));
  }

  keep(ms);
  return {
    renew(ms) {
      if (isMine) keep(ms);
      return isMine;
    },
    async release() {
      clearTimeout(timer);
      if (isMine) end();
      await freed();
    },
  };
}
