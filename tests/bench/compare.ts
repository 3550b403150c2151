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

/** This part of the rounds goes before them and is not counted: in Node code gets faster for a while. */
const WARM_UP = 0.25;
const turnOver = () => new Promise<void>((resolve) => nextTurn(resolve));

/**
 * Measures rivals against the first of them. A round goes through them forwards and then backwards: a
 * busy machine is slower for all of them, and a garbage collection that keeps step with the rounds
 * (it came in every second one, always to the same rival) is paid by all of them.
 *
 * @param runs how many runs make one measurement, of which each rival has two in a round.
 * @param clock milliseconds; default those on the wall.
 */
export async function compare(
  rivals: readonly Rival[],
  runs: number,
  rounds: number,
  clock: () => number = () => performance.now(),
): Promise<Score[]> {
  async function measure(rival: Rival): Promise<number> {
    await rival.prepare?.();
    await turnOver();
    const from = clock();
    for (let run = 0; run < runs; run++) await rival.run(run);
    // A rival that never leaves the microtasks would leave its clearing up to the next one.
    await turnOver();
    return (clock() - from) * 1000 / runs;
  }

  const times: number[][] = [];
  for (let round = -Math.ceil(rounds * WARM_UP); round < rounds; round++) {
    const there: number[] = [];
    for (const rival of rivals) there.push(await measure(rival));
    const back: number[] = [];
    for (const rival of rivals.toReversed()) back.unshift(await measure(rival));
    if (round >= 0) times.push(there.map((time, at) => (time + back[at]!) / 2));
  }
  return rivals.map(({ name }, at) => ({
    name,
    microseconds: median(times.map((round) => round[at]!)),
    best: Math.min(...times.map((round) => round[at]!)),
    ratio: median(times.map((round) => round[at]! / round[0]!)),
  }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
