/**
 * The recording of one answer: judged by the dialect, stored before the reader gets what completes it.
 *
 * @module
 */

import type { Recorder, Verdict } from "../dialect.ts";
import type { Tape } from "./flight.ts";

/** What became of a recording. */
export interface Outcome {
  readonly stored: boolean;
  /** Why it is not stored. */
  readonly reason?: string;
  /** Size of the answer so far, in bytes. */
  readonly bytes: number;
  readonly verdict?: Verdict;
}

/** An answer, ready to be stored. */
export interface Take {
  readonly answer: readonly Uint8Array[];
  /** For each chunk the milliseconds since the call went out, and its size in bytes. */
  readonly chunks: readonly (readonly [number, number])[];
  readonly verdict: Verdict;
}

/** Why a whole answer is not stored all the same. */
export interface Unstored {
  /** `store-fault`: the store failed; anything else: it was not wanted. */
  readonly reason: string;
  /** What to change, where there is something. */
  readonly hint?: string;
}

/** What a tape needs. */
export interface TapeOptions {
  readonly recorder: Recorder;
  /** Whether only the end tells that the answer is whole. */
  readonly holdsLast: boolean;
  readonly storeIncomplete: boolean;
  /** Milliseconds since the call went out. */
  elapsed(): number;
  /** Stores an answer; tells why it is not certainly there, if it is not. Never throws. */
  commit(take: Take): Promise<Unstored | undefined>;
  /** Told once, as soon as it is certain. */
  report(outcome: Outcome): void;
}

/** Starts a recording. */
export function createTape(options: TapeOptions): Tape<Uint8Array> {
  const answer: Uint8Array[] = [];
  const chunks: [number, number][] = [];
  let bytes = 0;
  let judgedBytes = -1;
  let stored = false;
  let reported = false;
  let dropped = false;

  function report(stored: boolean, reason: string | undefined, verdict?: Verdict): void {
    if (reported) return;
    reported = true;
    const why = reason === undefined ? {} : { reason };
    options.report({ stored, bytes, ...why, ...(verdict && { verdict }) });
  }

  async function judge(ended: boolean): Promise<boolean> {
    judgedBytes = bytes;
    const verdict = guarded(() => options.recorder.verdict(ended), BROKEN);
    const keep = verdict.keep === "yes" ||
      (verdict.keep === "incomplete" && options.storeIncomplete);
    const unstored = keep
      ? await options.commit({ answer, chunks, verdict })
      : { reason: verdict.reason ?? "no" };
    stored = unstored === undefined;
    const { reason, hint = verdict.hint } = unstored ?? {};
    report(stored, reason, { ...verdict, ...(hint !== undefined && { hint }) });
    // Who asks again because the answer is no good must not join the call it came from.
    return stored || (keep && reason !== "store-fault");
  }

  /** SDKs throw at the error and leave the rest unread: it is told now, and who retries must not join. */
  function fail(): boolean {
    const verdict = guarded(() => options.recorder.verdict(false), BROKEN);
    report(false, verdict.reason ?? "error", verdict);
    dropped = true;
    return true;
  }

  return {
    holdsLast: options.holdsLast,
    push(chunk) {
      if (dropped) return false;
      answer.push(chunk);
      chunks.push([options.elapsed(), chunk.length]);
      bytes += chunk.length;
      const whole = guarded(() => options.recorder.push(chunk), false);
      if (whole) return judgedBytes < 0 ? judge(false) : false;
      return guarded(() => options.recorder.hasFailed?.() === true, false) && fail();
    },
    // Bytes after the terminator change nothing for an SDK, but a replay is to be byte for byte.
    end: () => dropped ? false : judgedBytes === bytes ? stored : judge(true),
    drop(reason) {
      dropped = true;
      // An answer that is being stored is told of when it is.
      if (judgedBytes < 0) report(false, reason);
    },
  };
}

const BROKEN: Verdict = { keep: "no", reason: "dialect-fault" };

/** A dialect can be a user's own: what it throws must not reach the caller. */
function guarded<T>(run: () => T, otherwise: T): T {
  try {
    return run();
  } catch {
    return otherwise;
  }
}
