/** Reads one very large stream, with us or without, and prints the peak of memory. */

import assert from "node:assert/strict";
import process from "node:process";
import { memoryStore } from "../../adapters/memory.ts";
import { createCache } from "../../mod.ts";

const [url = "", how] = process.argv.slice(2);
const events: unknown[] = [];
const cache = createCache({ store: memoryStore(), onEvent: (event) => void events.push(event) });
const { fetch } = how === "with" ? cache : globalThis;
const body = JSON.stringify({ model: "m", messages: [], stream: true });
const rss = () => process.memoryUsage().rss;

const before = rss();
let peak = before;
let bytes = 0;
let chunks = 0;
const response = await fetch(url, { method: "POST", body });
for await (const chunk of response.body!) {
  bytes += chunk.length;
  if (chunks++ % 16 === 0) peak = Math.max(peak, rss());
}
const megabytes = (count: number) => Math.round(count / 2 ** 20);
const growth = megabytes(peak - before);
console.log(
  `${how!.padEnd(8)} ${megabytes(bytes)} MB read, ${megabytes(before)} MB before, ` +
    `peak ${megabytes(peak)} MB (+${growth})`,
);
if (how === "with") {
  const [event] = events as { status: string; reason: string }[];
  assert.deepEqual([events.length, event?.status, event?.reason], [1, "miss", "too-large"]);
  // 32 MiB are kept to be stored, until it is too large; the rest is what collecting leaves behind.
  assert.ok(growth < 400, `${growth} MB`);
}
