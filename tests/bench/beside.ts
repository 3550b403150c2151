/** Measures a store beside the engine it is made of; in browsers too. */

import type { CacheStore } from "../../src/store.ts";
import { patterned, testKey } from "../bytes.ts";
import { compare, type Rival, type Score } from "./compare.ts";
import type { Raw } from "./engines.ts";

/** How one store did. */
export interface Result {
  readonly name: string;
  readonly goal: number;
  /** The raw call, then the store's. */
  readonly scores: readonly Score[];
}

/** What a hit asks for, in bytes. */
const HEAD = 24_576;
type Act = (turn: number) => unknown;

/** Two rivals; each counts its own turns, so that what is set is new every time. */
function rivals(raw: Act, ours: Act, repeats: number): Rival[] {
  return Object.entries({ raw, ours }).map(([name, act]) => {
    let turn = 0;
    return {
      name,
      async run() {
        for (let n = 0; n < repeats; n++) {
          const done = act(turn++);
          if (done instanceof Promise) await done;
        }
      },
    };
  });
}

function verbs({ raw, ours, isBounded }: Pair, value: Uint8Array, held: number) {
  const there = (turn: number) => testKey(turn % held);
  const next = (turn: number) => isBounded ? there(turn) : testKey(held + turn);
  const get: Act = (turn) => raw.get(there(turn));
  return {
    get: [get, (turn) => ours.get(there(turn))],
    ...(ours.head && { head: [get, (turn) => ours.head!(there(turn), HEAD)] }),
    set: [(turn) => raw.set(next(turn), value), (turn) => ours.set(next(turn), value)],
  } satisfies Record<string, [Act, Act]>;
}

/** A store and its engine, both open and empty. */
export interface Pair {
  readonly name: string;
  readonly goal: number;
  readonly raw: Raw;
  readonly ours: CacheStore;
  /** Whether it lies in memory, where not every entry that is set can stay. */
  readonly isBounded: boolean;
}

/** What is measured. */
export interface Size {
  /** Of each value. */
  readonly bytes: number;
  /** How many runs make one measurement. */
  readonly runs: number;
  /** How many values are there, and read. */
  readonly held?: number;
}

/** Fills both, and measures each verb with values of so many bytes. */
export async function measureBeside(
  pair: Pair,
  { bytes, runs, rounds, held = 256 }: Size & { readonly rounds: number },
): Promise<Result[]> {
  const { name, goal, raw, ours, isBounded } = pair;
  const value = patterned(bytes);
  const results: Result[] = [];
  for (let n = 0; n < held; n++) {
    await raw.set(testKey(n), value);
    await ours.set(testKey(n), value);
  }
  // In memory a run is so short that many make one.
  const repeats = isBounded ? 50 : 1;
  for (const [verb, [a, b]] of Object.entries(verbs(pair, value, held))) {
    const scores = await compare(rivals(a, b, repeats), runs, rounds);
    const each = scores.map((score) => ({
      ...score,
      microseconds: score.microseconds / repeats,
      best: score.best / repeats,
    }));
    results.push({ name: `${name}, ${verb} of ${bytes / 1000} KB`, goal, scores: each });
  }
  return results;
}
