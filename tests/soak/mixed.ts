/**
 * Many calls at once that do whatever callers do, against an upstream and stores that do whatever
 * those do: at most one call per question that others could join, every answer one that was given, no
 * error but upstream's and the caller's own, nothing left open.
 */

import assert from "node:assert/strict";
import process from "node:process";
import { memoryStore } from "../../adapters/memory.ts";
import { cacheStatus, createCache } from "../../mod.ts";
import { later } from "../crowd.ts";
import { createRandom } from "./random.ts";
import { createUpstream, LIMIT, pause, Wild } from "./wild.ts";

const [seed = 1, calls = 100_000] = process.argv.slice(2).map(Number);
const random = createRandom(seed);
const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

const AT_ONCE = 300;
const QUESTIONS = 24;
class Enough extends Error {}

const upstream = createUpstream(random);
const seen: Record<string, number> = {};
const count = (what: string) => seen[what] = (seen[what] ?? 0) + 1;
const memory = memoryStore();
const cache = createCache({
  store: later(memory, () => random.below(2)),
  fetch: upstream.fetch,
  maxEntryBytes: LIMIT,
  onEvent: ({ status }) => count(status),
});

/** Asks; now and then the caller aborts, cancels, reads slowly or not at all. */
async function call(model: string, stream: boolean): Promise<void> {
  const abort = new AbortController();
  const habit = random.below(10);
  if (habit === 0) pause(random.below(8)).then(() => abort.abort(new Enough()));
  const body = JSON.stringify({ model, messages: [], ...(stream && { stream }) });
  const init = { method: "POST", body, signal: abort.signal };
  const response = await cache.fetch("https://x.test/v1/chat/completions", init);
  const reader = response.body!.getReader();
  const patience = habit === 1 ? random.below(5) : Infinity;
  const decoder = new TextDecoder();
  let text = "";
  for (let chunks = 0;; chunks++) {
    if (chunks >= patience) {
      count("cancelled");
      return await reader.cancel();
    }
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    if (habit === 2) await pause(random.below(5));
  }
  assert.ok(upstream.wasGiven(`${model} ${stream}`, text), `never given: ${text}`);
  assert.ok(response.ok || !cacheStatus(response)!.hit);
  count("read");
}

/** What is stored is asked for anew, now and then. */
async function forget(): Promise<void> {
  for await (const key of memory.keys()) {
    if (random.chance(0.1)) await memory.delete(key);
  }
}

async function caller(share: number): Promise<void> {
  for (let done = 0; done < share; done++) {
    try {
      await call(`m${random.below(QUESTIONS)}`, random.chance(0.5));
    } catch (error) {
      if (!(error instanceof Wild || error instanceof Enough)) throw error;
      count(error.constructor.name);
    }
    if (random.chance(0.05)) await forget();
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, () => caller(Math.ceil(calls / AT_ONCE))));
await pause(20);
assert.equal(upstream.open(), 0, "answers are left open");
assert.deepEqual(unhandled, []);
for (let question = 0; question < 2 * QUESTIONS; question++) {
  const asked = { model: `m${question >> 1}`, messages: [], stream: question % 2 > 0 };
  const body = JSON.stringify(asked);
  const call = cache.fetch("https://x.test/v1/chat/completions", { method: "POST", body });
  const response = await call.catch(() => undefined);
  assert.ok(!response || !cacheStatus(response)!.collapsed, "a flight is left");
  await response?.body?.cancel();
}
const show = (counts: Record<string, number>) =>
  Object.entries(counts).sort().map(([what, count]) => `${what} ${count}`).join(", ");
console.log(`${show(seen)}; upstream: ${show(upstream.done)}`);
