import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { pack, unpack } from "../src/pack.ts";
import { BLOCK, paddingOf } from "../src/pack/tar.ts";
import { patterned, testKey } from "./bytes.ts";
import { damages, splice, surviveAll, surviveEach } from "./pack-laws.ts";
import { bytesIn, entryOf, packOf, streamOf } from "./packs.ts";
import { createRandom } from "./soak/random.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? Date.now() % 1e9);
const rounds = Number(process.env.LLMCACHE_CASES ?? 200);

test("unpack: a damaged pack brings in what is whole and tells what is not", async () => {
  console.log(`damaged packs: LLMCACHE_SEED=${seed}, ${rounds} rounds`);
  await surviveAll(await packOf(12), createRandom(seed), rounds);
});

test("unpack: bits flipped from the first byte to the last, and many lengths", async () => {
  await surviveEach(await packOf(2), 29);
});

test("unpack: however the bytes are cut into chunks, it finds the same", async () => {
  const random = createRandom(seed);
  const packed = await packOf(2);
  for (const damage of Object.values(damages)) {
    const { bytes } = damage(packed.bytes, random);
    const reports = [];
    for (const size of [7, 100, 511, 512, 513, 4096, bytes.length]) {
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      reports.push(
        await unpack(memoryStore(), streamOf(chunks.flatMap((c) => [c, new Uint8Array()]))),
      );
    }
    for (const report of reports) assert.deepEqual(report, reports[0], `seed ${seed}`);
  }
});

test("unpack: damage is told with its place, its key and its size", async () => {
  const { bytes, places } = await packOf(5);
  const [, second, , fourth] = places;
  const damaged = bytes.slice();
  damaged[second!.to - 1]! ^= 1;
  damaged.fill(0, fourth!.from, fourth!.to);
  const { problems, ...report } = await unpack(memoryStore(), streamOf([damaged]));
  assert.deepEqual(report, { stored: 3, equal: 0, missing: 2, complete: false });
  const [one, two] = problems;
  assert.deepEqual([problems.length, one!.reason, one!.key], [2, "damaged", second!.key]);
  assert.ok(one!.at >= second!.from && one!.at < second!.to);
  assert.deepEqual([two!.reason, two!.at === fourth!.from, two!.key], ["damaged", true, undefined]);
  const wrong = await unpack(memoryStore(), streamOf([new TextEncoder().encode("no pack at all")]));
  assert.deepEqual(wrong.problems, [
    { reason: "damaged", at: 0, bytes: 14 },
    { reason: "truncated", at: 14 },
  ]);
});

test("unpack: an entry that comes twice does not stand for one that is lost", async () => {
  const store = memoryStore();
  for (let n = 1; n <= 5; n++) await store.set(testKey(n), entryOf(n, 1000));
  const bytes = await bytesIn(pack(store));
  const { length } = entryOf(1, 1000);
  const size = 3 * BLOCK + length + paddingOf(length);
  bytes.copyWithin(3 * size, 0, size);
  const { stored, equal, missing, complete } = await unpack(memoryStore(), streamOf([bytes]));
  assert.deepEqual({ stored, equal, missing, complete }, {
    stored: 4,
    equal: 1,
    missing: 1,
    complete: false,
  });
});

test("unpack: the next entry is found behind any length of what is none", async () => {
  const { bytes, places } = await packOf(2);
  const [first, second] = places;
  // The search goes on in steps of 64 KiB, and a header may lie across two of them.
  for (let length = 64_000; length < 67_000; length += 111) {
    const noise = patterned(length, 3);
    const { what, ...spliced } = splice("noise", bytes, first!.to, second!.from, noise);
    const chunks = [];
    for (let at = 0; at < spliced.bytes.length; at += 1000) {
      chunks.push(spliced.bytes.subarray(at, at + 1000));
    }
    const report = await unpack(memoryStore(), streamOf(chunks));
    const [problem] = report.problems;
    assert.deepEqual([report.stored, report.problems.length], [2, 1], what);
    assert.equal(problem!.at + problem!.bytes!, first!.to + length, what);
  }
});

test("unpack: of very many problems the first 1 000 are told, and all are counted", async () => {
  const { bytes, places } = await packOf(1100);
  const damaged = bytes.slice();
  for (const { to } of places) damaged[to - 1]! ^= 1;
  const report = await unpack(memoryStore(), streamOf([damaged]));
  assert.deepEqual([report.stored, report.missing, report.problems.length], [0, 1100, 1000]);
});
