import { nextTurn } from "../src/host.ts";

/** A clock that a test moves by hand. */
export interface Clock {
  readonly now: () => number;
  /** A `Wait` that ends when the clock has moved so far. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Moves on, from one end of a pause to the next, and lets what follows each of them happen. */
  pass(milliseconds: number): Promise<void>;
}

/** A clock that stands still until it is moved. */
export function clock(): Clock {
  let time = 1_790_000_000_000;
  const sleepers = new Set<{ readonly until: number; wake(): void }>();
  return {
    now: () => time,
    wait: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = (settle: () => void) => {
          sleepers.delete(sleeper);
          settle();
        };
        const sleeper = { until: time + milliseconds, wake: () => end(resolve) };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => end(() => reject(signal.reason)));
      }),
    async pass(milliseconds) {
      const end = time + milliseconds;
      await turns();
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.until - b.until);
        if (!next || next.until > end) break;
        time = Math.max(time, next.until);
        next.wake();
        await turns();
      }
      time = end;
    },
  };
}

/** Lets what is ready to run have run; a timer for each turn would take a millisecond. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>(nextTurn);
}
