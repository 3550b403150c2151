/** Packs a directory of so many megabytes into a file, and brings it into another directory. */

import assert from "node:assert/strict";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { pack, unpack } from "../../src/pack.ts";
import { collect, testKey } from "../bytes.ts";
import { entryOf } from "../packs.ts";

const [megabytes = "1024"] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), "llmcache-pack-"));
const file = join(dir, "pack.tar");
const rss = () => process.memoryUsage().rss;
const mb = (bytes: number) => Math.round(bytes / 2 ** 20);

/** Acts, and tells how fast it was and how much memory it took at most. */
async function measure(what: string, act: (look: () => void) => Promise<void>): Promise<void> {
  const before = rss();
  let peak = before;
  const from = performance.now();
  await act(() => void (peak = Math.max(peak, rss())));
  const seconds = (performance.now() - from) / 1000;
  const growth = mb(peak - before);
  const speed = Math.round(Number(megabytes) / seconds);
  console.log(
    `${what.padEnd(7)} ${megabytes} MB: ${seconds.toFixed(1)} s, ${speed} MB/s, ` +
      `${mb(before)} MB before, peak ${mb(peak)} MB (+${growth})`,
  );
  assert.ok(growth < 200, `${growth} MB`);
}

try {
  const source = nodeFsStore({ dir: join(dir, "from") });
  // From 20 KB to 4 MB, on average 340 KB.
  const sizes = [20_000, 20_000, 20_000, 50_000, 50_000, 50_000, 200_000, 200_000, 4_000_000];
  let [bytes, count] = [0, 0];
  for (; bytes < Number(megabytes) * 2 ** 20; count++) {
    const value = entryOf(count, sizes[count % sizes.length]!);
    await source.set(testKey(count), value);
    bytes += value.length;
  }
  console.log(`${count} entries`);
  await measure("pack", async (look) => {
    const stream = pack(source, { onProgress: look });
    await pipeline(Readable.fromWeb(stream as NodeStream), createWriteStream(file));
  });
  const target = nodeFsStore({ dir: join(dir, "to") });
  await measure("unpack", async (look) => {
    const stream = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
    const report = await unpack(target, stream, { onProgress: look });
    assert.deepEqual([report.stored, report.complete], [count, true]);
  });
  assert.equal((await collect(target.keys())).length, count);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
