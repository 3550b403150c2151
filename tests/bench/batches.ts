/**
 * Measures what a vector costs: recorded in a whole batch, kept as an item besides, served in the whole
 * batch, and put together from items. Prints one line of JSON; `npm run bench -- batches` runs it in
 * every runtime.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { createCache } from "../../mod.ts";
import { prose } from "./cases.ts";
import { compare, type Rival, type Score } from "./compare.ts";

/** How many numbers a vector has. */
const SIZE = 1536;
/** How many inputs a batch has, and how often it is measured. */
const sizes = [{ inputs: 64, runs: 4, rounds: 15 }, { inputs: 2048, runs: 1, rounds: 3 }];

const numbers = Array.from({ length: SIZE }, (_, at) => ((at * 7919) % 20_000 - 10_000) / 1e5);
const vectors = {
  base64: JSON.stringify(btoa("vectors!".repeat(SIZE / 2))),
  float: JSON.stringify(numbers),
};
type Encoding = keyof typeof vectors;

function answerTo(inputs: number, vector: string): string {
  const data = Array.from(
    { length: inputs },
    (_, index) => `{"object":"embedding","index":${index},"embedding":${vector}}`,
  );
  return `{"object":"list","data":[${data}],"model":"m","usage":{"prompt_tokens":9}}`;
}

/** The four ways; a batch with a member that nobody knows is not taken apart. */
function rivalsOf(dir: string, inputs: number, encoding: Encoding): Rival[] {
  const answer = answerTo(inputs, vectors[encoding]);
  const cache = createCache({
    store: nodeFsStore({ dir }),
    maxEntryBytes: 1 << 30,
    fetch: () => Promise.resolve(new Response(answer)),
    // The reader waits until all items are written, so that their time is counted.
    wait: () => new Promise(() => {}),
  });
  let count = 0;
  const text = prose(500);
  const batch = () => Array.from({ length: inputs }, () => `${count++} ${text}`);
  const ask = async (input: string[], more: object = {}) => {
    const body = JSON.stringify({ model: "m", input, encoding_format: encoding, ...more });
    await (await cache.fetch("https://x.test/v1/embeddings", { method: "POST", body }))
      .arrayBuffer();
  };
  const known = batch();
  const turned = known.toReversed();
  const prepare = () => ask(known);
  return [
    { name: "whole", run: () => ask(batch(), { vendor: 1 }) },
    { name: "kept", run: () => ask(batch()) },
    { name: "hit", prepare, run: () => ask(known) },
    { name: "joined", prepare, run: () => ask(turned) },
  ];
}

/** Of the processor's time: the machine may be busy with something else. */
function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const results: { readonly name: string; readonly scores: Score[] }[] = [];
for (const encoding of ["base64", "float"] as const) {
  for (const { inputs, runs, rounds } of sizes) {
    const dir = mkdtempSync(join(tmpdir(), "llmcache-bench-"));
    const scores = await compare(rivalsOf(dir, inputs, encoding), runs, rounds, clock);
    rmSync(dir, { recursive: true, force: true });
    const each = scores.map((score) => ({ ...score, microseconds: score.microseconds / inputs }));
    results.push({ name: `${encoding}, ${inputs} inputs`, scores: each });
  }
}
console.log(JSON.stringify(results));
