import { nextTurn } from "../../src/host.ts";

/** One of several ways to do the same. */
export interface Rival {
  readonly name: string;
  /** Makes ready for a measurement; not measured. */
  prepare?(): Promise<void>;
  /** Does it, for the so-manyth time in this measurement. */
  run(turn: number): Promise<unknown>;
}

/** How a rival did. */
export interface Score {
  readonly name: string;
  /** Median over the rounds, microseconds for one run. */
  readonly microseconds: number;
  /** The best round, in the same unit: on a busy machine this differs least from run to run. */
  readonly best: number;
  /** Median over the rounds of its time over that of the first rival in the same round. */
  readonly ratio: number;
}

const WARM_UP = 5;
const turnOver = () => new Promise<void>((resolve) => nextTurn(resolve));

/**
 * Measures rivals against the first of them, in turns, forwards and backwards: a busy machine is
 * slower for all of them, and what one leaves to the garbage collector meets all of them.
 *
 * @param runs how many runs make one measurement.
 * @param clock milliseconds; default those on the wall.
 */
export async function compare(
  rivals: readonly Rival[],
  runs: number,
  rounds: number,
  clock: () => number = () => performance.now(),
): Promise<Score[]> {
  const times = rivals.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (let turn = 0; turn < rivals.length; turn++) {
      const at = round % 2 === 0 ? turn : rivals.length - 1 - turn;
      const rival = rivals[at]!;
      await rival.prepare?.();
      await turnOver();
      const from = clock();
      for (let run = 0; run < runs; run++) await rival.run(run);
      // A rival that never leaves the microtasks would leave its clearing up to the next one.
      await turnOver();
      if (round >= 0) times[at]!.push((clock() - from) * 1000 / runs);
    }
  }
  const floor = times[0]!;
  return rivals.map(({ name }, at) => ({
    name,
    microseconds: median(times[at]!),
    best: Math.min(...times[at]!),
    ratio: median(times[at]!.map((time, round) => time / floor[round]!)),
  }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
