/**
 * Measures each store beside the engine it is made of, in the runtime that runs this, and prints one
 * line of JSON. `npm run bench -- stores` runs it in all of them.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CacheStore } from "../../src/store.ts";
import { patterned, testKey } from "../bytes.ts";
import { compare, type Rival, type Score } from "./compare.ts";
import { type Engine, engines, type Raw } from "./engines.ts";

/** How one store did. */
interface Result {
  readonly name: string;
  readonly goal: number;
  /** The raw call, then the store's. */
  readonly scores: readonly Score[];
}

/** How many entries are there, and read. */
const HELD = 256;
/** What a hit asks for, in bytes. */
const HEAD = 24_576;
/** The sizes of entries, and how many runs make one measurement. */
const sizes = [{ bytes: 2_000, runs: 10 }, { bytes: 200_000, runs: 4 }];
/** Many and short ones: a disk that others use is slow now and then, for whoever is at it. */
const ROUNDS = 101;

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

function verbs(raw: Raw, ours: CacheStore, value: Uint8Array, isBounded: boolean) {
  const held = (turn: number) => testKey(turn % HELD);
  const next = (turn: number) => isBounded ? held(turn) : testKey(HELD + turn);
  const get: Act = (turn) => raw.get(held(turn));
  return {
    get: [get, (turn) => ours.get(held(turn))],
    ...(ours.head && { head: [get, (turn) => ours.head!(held(turn), HEAD)] }),
    set: [(turn) => raw.set(next(turn), value), (turn) => ours.set(next(turn), value)],
  } satisfies Record<string, [Act, Act]>;
}

async function measure(engine: Engine, bytes: number, runs: number): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "llmcache-bench-"));
  const folders = { raw: join(folder, "raw"), ours: join(folder, "ours") };
  for (const path of Object.values(folders)) mkdirSync(path);
  const { raw, ours } = await engine.open(folders);
  const value = patterned(bytes);
  const results: Result[] = [];
  try {
    for (let n = 0; n < HELD; n++) {
      await raw.set(testKey(n), value);
      await ours.set(testKey(n), value);
    }
    // In memory a run is so short that many make one.
    const repeats = engine.isBounded ? 50 : 1;
    for (const [verb, [a, b]] of Object.entries(verbs(raw, ours, value, engine.isBounded))) {
      const scores = await compare(rivals(a, b, repeats), runs, ROUNDS);
      const each = scores.map((score) => ({
        ...score,
        microseconds: score.microseconds / repeats,
        best: score.best / repeats,
      }));
      results.push({
        name: `${engine.name}, ${verb} of ${bytes / 1000} KB`,
        goal: engine.goal,
        scores: each,
      });
    }
  } finally {
    raw.close?.();
    await ours.close?.();
    rmSync(folder, { recursive: true });
  }
  return results;
}

const results: Result[] = [];
for (const engine of await engines()) {
  for (const { bytes, runs } of sizes) results.push(...await measure(engine, bytes, runs));
}
console.log(JSON.stringify(results));
