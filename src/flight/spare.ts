/**
 * `staleIfError` (RFC 5861): an answer whose time is over is at hand while the call goes out, and is
 * served where upstream fails.
 *
 * @module
 */

import type { Boarded } from "../flights.ts";
import type { Missing, Served } from "../lookup.ts";
import type { Outcome } from "./tape.ts";

/** How a call that went out is told of. */
export interface Account {
  /** It brought no answer that could be recorded. */
  fail(reason: string): void;
  /** What became of the recording. */
  report(outcome: Outcome): void;
  /** There is another answer, so that one that fails before its first byte is a failed call. */
  readonly hasSpare: boolean;
}

/** A call that may have an answer to fall back on. */
export interface Trip<H, T> {
  readonly missing: Missing;
  readonly signal: AbortSignal | undefined;
  report(outcome: Outcome): void;
  board(account: Account): Promise<Boarded<H, T>>;
  /** Whether upstream failed, and how: by what it answered, and by the error of the call. */
  failureIn(head: H): string | undefined;
  failureBy(error: unknown): string | undefined;
}

/** The other answer. */
export interface Instead {
  readonly spare: Served;
  /** How upstream failed. */
  readonly failure: string;
}

/** Makes a call or joins one; gives the other answer where upstream fails and there is one. */
export async function boardOrSpare<H, T>(trip: Trip<H, T>): Promise<Boarded<H, T> | Instead> {
  const { missing: { spare }, signal, report } = trip;
  const fail = (reason: string) => report({ stored: false, reason, bytes: 0 });
  let reason: string | undefined;
  let isOpen = spare !== undefined;
  // A call is told of once: a failure only when it is clear that it is not made good.
  const conclude = () => {
    isOpen = false;
    if (reason !== undefined) fail(reason);
  };
  const account: Account = {
    hasSpare: isOpen,
    report,
    fail: (why) => isOpen ? void (reason = why) : fail(why),
  };
  try {
    const aboard = await trip.board(account);
    const failure = spare && trip.failureIn(aboard.head);
    if (spare && failure) {
      aboard.reader.leave();
      return { spare, failure };
    }
    conclude();
    return aboard;
  } catch (error) {
    const failure = signal?.aborted ? undefined : trip.failureBy(error);
    if (spare && failure) return { spare, failure };
    conclude();
    throw error;
  }
}

/** Whether a status says that upstream cannot answer now. */
export function isOutage(status: unknown): boolean {
  return typeof status === "number" && (status === 429 || status >= 500);
}
