/**
 * What becomes of hits where a directory is large: hits on 1 000 entries beside hits on so many, and while it is
 * made smaller; what a look takes, and how fast entries go.
 */

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { surveyDirectory } from "../../adapters/directory-trim.ts";
import { nodeFiles } from "../../adapters/node-files.ts";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { type Cache, createCache } from "../../mod.ts";
import { testKey } from "../bytes.ts";
import { entryOf } from "../packs.ts";

const FEW = 1_000;
const many = Math.max(FEW, Number(process.argv[2] ?? 1_000_000));
/** Of how many some are removed. */
const some = Math.min(many, 100_000);
/** What is asked for. */
const ASKED = 500;
const ROUNDS = 21;

const answer = JSON.stringify({
  id: "chatcmpl-1",
  choices: [{ index: 0, message: { role: "assistant", content: "x".repeat(1800) } }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
}).replace('"message"', '"finish_reason":"stop","message"');

async function ask(cache: Cache, n: number): Promise<void> {
  const messages = [{ role: "user", content: `question ${n}` }];
  const body = JSON.stringify({ model: "m", messages });
  const response = await cache.fetch("https://x.test/v1/chat/completions", {
    method: "POST",
    body,
  });
  await response.text();
}

const pathOf = (dir: string, n: number) => join(dir, testKey(n).slice(0, 2), testKey(n));

/** A directory of so many entries, some of which are answers to what is asked. */
async function fill(dir: string, count: number): Promise<Cache> {
  // Not by the store: to write a million takes minutes as it is.
  for (let shard = 0; shard < 256; shard++) {
    mkdirSync(dirname(pathOf(dir, shard)), { recursive: true });
  }
  for (let n = ASKED; n < count; n++) writeFileSync(pathOf(dir, n), entryOf(n, 2000));
  const store = nodeFsStore({ dir, maxBytes: Infinity });
  const fetch = () => Promise.resolve(new Response(answer));
  const cache = createCache({ store, fetch });
  for (let n = 0; n < ASKED; n++) await ask(cache, n);
  await store.close!();
  return reading(dir);
}

/** A cache that reads the file of each hit: a clock that leaps forgets what was read a moment ago. */
function reading(dir: string): Cache {
  let time = 0;
  const store = nodeFsStore({ dir, now: () => time += 1_000 });
  return createCache({ store, mode: "replay" });
}

/** How long a hit takes, in µs: the mean of a round. */
async function round(cache: Cache): Promise<number> {
  const from = performance.now();
  for (let n = 0; n < ASKED; n++) await ask(cache, (n * 7919) % ASKED);
  return 1000 * (performance.now() - from) / ASKED;
}

const sorted = (all: readonly number[]) => all.toSorted((a, b) => a - b);
const best = (all: readonly number[]) => sorted(all)[0]!;
const median = (all: readonly number[]) => sorted(all)[all.length >> 1]!;
const ratio = (a: readonly number[], b: readonly number[]) =>
  `best ${best(a).toFixed(0)} and ${best(b).toFixed(0)} µs, ratio ${
    (best(b) / best(a)).toFixed(2)
  }; ` +
  `median ${median(a).toFixed(0)} and ${median(b).toFixed(0)} µs, ratio ${
    (median(b) / median(a)).toFixed(2)
  }`;

const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(2);

async function look(dir: string, enough: number): Promise<void> {
  const from = performance.now();
  let entries = 0;
  const real = nodeFiles()!;
  const files = { ...real, stat: (path: string) => (entries++, real.stat(path)) };
  const walk = { dir, files, noted: () => 0, breathe: () => undefined, goesOn: () => true };
  const { bytes } = await surveyDirectory(walk, { most: Infinity, kept: Infinity }, enough, true);
  const megabytes = (bytes / 2 ** 20).toFixed(0);
  console.log(`a look at ${entries} of ${many}: ${seconds(from)} s of work, ${megabytes} MiB`);
}

/** Lets the store itself make room, while hits go on. */
async function shrink(dir: string, share: number): Promise<void> {
  const walk = {
    dir,
    files: nodeFiles()!,
    noted: () => 0,
    breathe: () => undefined,
    goesOn: () => true,
  };
  const size = async () =>
    (await surveyDirectory(walk, { most: Infinity, kept: Infinity }, Infinity)).bytes;
  const before = await size();
  const maxBytes = Math.floor(share * before);
  const store = nodeFsStore({ dir, maxBytes });
  const cache = reading(dir);
  const quiet: number[] = [];
  const busy: number[] = [];
  for (let n = 0; n < ROUNDS; n++) quiet.push(await round(cache));
  const from = performance.now();
  await (await store.claim!(testKey(1), 1))?.release();
  // The claim of whoever evicts is given up when it is done.
  const eviction = `${"0".repeat(64)}.whole`;
  const begun = () => nodeFiles()!.exists(join(dir, "claims", eviction));
  const tick = () => new Promise((next) => setTimeout(next, 5));
  while (!begun()) {
    await tick();
    busy.push(await round(cache));
  }
  while (begun()) {
    await tick();
    busy.push(await round(cache));
  }
  const took = seconds(from);
  const after = await size();
  assert.ok(after <= maxBytes, `${after} of ${maxBytes}`);
  const gone = ((before - after) / 2 ** 20).toFixed(0);
  console.log(
    `${gone} MiB of ${some} entries went in the background, while hits went on, in ${took} s`,
  );
  console.log(`hits before and meanwhile: ${ratio(quiet, busy)}`);
  await store.close!();
}

const parent = mkdtempSync(join(tmpdir(), "llmcache-room-"));
try {
  const { bavail, bsize, ffree } = statfsSync(parent);
  assert.ok(bavail * bsize > many * 5_000 && ffree > 1.2 * many, "there is no room on this disk");
  const few = await fill(join(parent, "few"), FEW);
  const from = performance.now();
  const large = await fill(join(parent, "many"), many);
  console.log(`${many} entries written in ${seconds(from)} s`);
  const [a, b]: [number[], number[]] = [[], []];
  for (let n = 0; n < ROUNDS; n++) {
    a.push(await round(few));
    b.push(await round(large));
  }
  console.log(`hits on ${FEW} and ${many} entries: ${ratio(a, b)}`);
  await look(join(parent, "many"), 10_000);
  await look(join(parent, "many"), Infinity);
  if (some < many) await fill(join(parent, "some"), some);
  const dir = join(parent, some < many ? "some" : "many");
  await shrink(dir, 0.95);
  const store = nodeFsStore({ dir });
  const trimming = performance.now();
  const { entries } = await store.trim!((some * 2_500) / 2);
  const rate = Math.round(1000 * entries / (performance.now() - trimming));
  console.log(`trim: ${entries} entries in ${seconds(trimming)} s, ${rate} a second`);
} finally {
  rmSync(parent, { recursive: true, force: true });
}
