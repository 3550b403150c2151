/** Claims that several processes make at the same time. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CacheStore } from "../src/store.ts";
import { testKey } from "./bytes.ts";
import { spawnChild } from "./spawn.ts";

/**
 * Three processes claim the same hundred keys, each of which was claimed before and has expired, and
 * then take turns. Each key must be won by one; no turn may be lost.
 *
 * @param past a store on the same place, in whose time a claim has expired long ago.
 * @param env what leads the processes to the place.
 * @param dir a directory for the file they count in.
 */
export async function contest(
  past: CacheStore,
  env: Record<string, string>,
  dir: string,
  flags: readonly string[] = ["-A"],
): Promise<void> {
  for (let n = 0; n < 100; n++) assert.ok(await past.claim!(testKey(n), 1));
  await past.close?.();
  const FILE = join(dir, "count");
  writeFileSync(FILE, "0");
  const children = [1, 2, 3].map(() => spawnChild("claims", { ...env, FILE }, { flags }));
  let all = 0;
  for (const { ended } of children) {
    const { said, text } = await ended;
    const { won } = (said ?? {}) as { won?: number };
    assert.equal(typeof won, "number", text);
    all += won!;
  }
  assert.deepEqual([all, readFileSync(FILE, "utf8")], [100, "75"]);
}
