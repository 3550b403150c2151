/**
 * Measures each store beside the engine it is made of, in the runtime that runs this, and prints one
 * line of JSON. `npm run bench -- stores` runs it in all of them.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureBeside, type Result } from "./beside.ts";
import { type Engine, engines } from "./engines.ts";

/** The sizes of entries, and how many runs make one measurement. */
const sizes = [{ bytes: 2_000, runs: 10 }, { bytes: 200_000, runs: 4 }];
/** Many and short ones: a disk that others use is slow now and then, for whoever is at it. */
const ROUNDS = 101;

async function measure(engine: Engine, bytes: number, runs: number): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "llmcache-bench-"));
  const folders = { raw: join(folder, "raw"), ours: join(folder, "ours") };
  for (const path of Object.values(folders)) mkdirSync(path);
  const { raw, ours } = await engine.open(folders);
  try {
    return await measureBeside({ ...engine, raw, ours }, { bytes, runs, rounds: ROUNDS });
  } finally {
    raw.close?.();
    await ours.close?.();
    rmSync(folder, { recursive: true });
  }
}

const results: Result[] = [];
for (const engine of await engines()) {
  for (const { bytes, runs } of sizes) results.push(...await measure(engine, bytes, runs));
}
console.log(JSON.stringify(results));
