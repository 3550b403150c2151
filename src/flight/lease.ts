/**
 * A claim while its call is under way.
 *
 * It is renewed only while something of the call is waited for. A call whose answer nobody reads is no reason
 * for others to wait, and a timer for it would keep the program from ending.
 *
 * @module
 */

import { breathe } from "../time/breathe.ts";
import type { GuardedClaim } from "../guard/claim.ts";
import type { Wait } from "../options/options.ts";

/** For how many milliseconds a claim holds: so long others wait for a process that has died. */
export const LEASE = 3000;

/** How often it is renewed; twice it may fail to be, on a busy machine. */
const BEAT = 1000;

/** A claim that is kept. */
export interface Lease {
  /** Keeps the claim while a part of the call is waited for. */
  during<T>(part: T | Promise<T>): T | Promise<T>;
  /** Gives it up, once; the call is done with. */
  end(): void;
}

/**
 * Keeps a claim.
 *
 * @param rest a pause that keeps no program from ending: it goes on for a while when nothing is waited for.
 * @param track takes what giving it up takes.
 */
export function createLease(
  claim: GuardedClaim,
  rest: Wait,
  track: (release: Promise<void>) => unknown,
): Lease {
  const ended = new AbortController();
  let waits = 0;
  let isKept = false;
  let renewing: Promise<boolean> | undefined;

  async function keep(): Promise<void> {
    isKept = true;
    for (let isMine = true; isMine;) {
      await rest(BEAT, ended.signal);
      if (waits === 0) return void (isKept = false);
      renewing = claim.renew(LEASE);
      isMine = await renewing && !ended.signal.aborted;
      renewing = undefined;
      // A pause of the tests' own may take no time.
      await breathe();
    }
  }

  async function during<T>(part: Promise<T>): Promise<T> {
    waits++;
    if (!isKept) keep().catch(() => {});
    try {
      return await part;
    } finally {
      waits--;
    }
  }

  return {
    during: (part) => part instanceof Promise ? during(part) : part,
    end() {
      if (ended.signal.aborted) return;
      ended.abort();
      // A renewal that is under way gives it another name in a directory.
      track(renewing ? renewing.then(() => claim.release()) : claim.release());
    },
  };
}
