/** Lists so many entries of a directory, and counts them; prints the time and the peak of memory. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { createCache } from "../../mod.ts";
import { testKey } from "../bytes.ts";
import { entryOf } from "../packs.ts";

const count = Number(process.argv[2] ?? 100_000);
const dir = mkdtempSync(join(tmpdir(), "llmcache-entries-"));
const rss = () => process.memoryUsage().rss / 2 ** 20;

/** Acts, and tells how long it took and how much memory at most. */
async function measure(what: string, act: (look: () => void) => Promise<number>): Promise<void> {
  const before = rss();
  let peak = before;
  const from = performance.now();
  const cpu = process.cpuUsage();
  const found = await act(() => void (peak = Math.max(peak, rss())));
  const milliseconds = performance.now() - from;
  assert.equal(found, count);
  const { user, system } = process.cpuUsage(cpu);
  const each = ((user + system) / count).toFixed(1);
  console.log(
    `${what.padEnd(9)} ${count}: ${(milliseconds / 1000).toFixed(2)} s, ${each} µs of CPU each, ` +
      `peak ${Math.round(peak)} MB (+${Math.round(peak - before)})`,
  );
}

try {
  const store = nodeFsStore({ dir });
  for (let n = 0; n < count; n++) await store.set(testKey(n), entryOf(n, 2000));
  const cache = createCache({ store });
  for (const _ of [1, 2]) {
    await measure("entries()", async (look) => {
      let seen = 0;
      for await (const _ of cache.entries()) if (++seen % 1000 === 0) look();
      return seen;
    });
  }
  await measure("stats()", async () => (await cache.stats()).entries);
  await measure("verify()", async (look) => (await cache.verify({ onProgress: look })).entries);
  await measure("clear()", async () => await cache.clear());
} finally {
  rmSync(dir, { recursive: true, force: true });
}
