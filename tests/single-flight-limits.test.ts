import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createBuffer } from "../src/flight/buffer.ts";
import { createCache } from "../mod.ts";
import { ask, begin, LAST, reading, streaming, tally, word } from "./crowd.ts";
import { all, onStage } from "./stage.ts";

const MB = 1 << 20;
/** What a socket gives at most. */
const CHUNK = 1 << 16;

test("limits: over maxEntryBytes everybody who is aboard gets all, and nobody joins any more", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const parts = Array.from({ length: 64 }, (_, n) => word(`${n} `.repeat(16384)));
    const [answer, own] = [begin(word("one")), begin(word("own"), LAST)];
    own.end();
    endpoint.answer(streaming(answer, own));
    const face = cache({ store: memoryStore(), maxEntryBytes: 1 << 16 });
    const crowd = await Promise.all([1, 2, 3].map(async () => reading(await ask(face, endpoint))));
    for (const body of crowd) await body.until("one");
    parts.forEach((part) => answer.send(part));
    answer.send(LAST);
    answer.end();
    const rests = crowd.map((body) => body.rest());
    const text = word("one") + parts.join("") + LAST;
    for (const rest of rests) assert.equal(await rest, text);
    assert.equal(out(), 1);
    assert.deepEqual(tally(story()), { "miss too-large": 1, collapsed: 2 });
    assert.equal(await (await ask(face, endpoint)).text(), word("own") + LAST);
    assert.equal(out(), 1);
  }));

test("limits: over maxEntryBytes the slowest sets the pace, until it leaves", () =>
  onStage(async ({ endpoint, cache, out }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore(), maxEntryBytes: 1000 });
    const slow = reading(await ask(face, endpoint));
    const fast = reading(await ask(face, endpoint));
    await fast.until("one");
    answer.send(word("two".repeat(1000)));
    await fast.until("two");
    answer.send(word("three") + LAST);
    answer.end();
    const rest = fast.rest();
    await slow.until("one");
    await slow.cancel();
    assert.ok((await rest).endsWith(LAST));
    assert.equal(out(), 1);
  }));

test("limits: with a maxEntryBytes of 0 everything passes, streams and cached functions too", () =>
  onStage(async ({ endpoint, cache, story }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore(), maxEntryBytes: 0 });
    const body = reading(await ask(face, endpoint));
    await body.until("one");
    answer.send(LAST);
    answer.end();
    assert.equal(await body.rest(), word("one") + LAST);
    const count = face.chat(async function* (_: { model: string }) {
      yield* [1, 2, 3];
    });
    assert.deepEqual(await all(count({ model: "m" })), [1, 2, 3]);
    assert.deepEqual(story(), ["miss too-large", "miss too-large"]);
  }));

test("limits: letting go of the oldest chunk costs nothing, however many there are", () => {
  const buffer = createBuffer((chunk: number) => chunk);
  const count = 300_000; // copying all at each step would take minutes
  for (let n = 0; n < count; n++) buffer.push(n % 7);
  for (let n = 0; n < count; n++) {
    assert.ok(buffer.at(n) === n % 7);
    buffer.dropBefore(n + 1);
  }
  assert.deepEqual([buffer.end, buffer.bytes], [count, 0]);
});

/** Bun collects when it pleases, and runs all tests in one process. */
function collectGarbage(): void {
  (globalThis as { Bun?: { gc(now: boolean): void } }).Bun?.gc(true);
}

test("limits: memory stays flat while a large stream passes", async () => {
  const [size, limit] = [256 * MB, 1 * MB];
  let sent = 0;
  const fetch = () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent >= size) return controller.close();
        sent += CHUNK;
        controller.enqueue(new Uint8Array(CHUNK).fill(32));
      },
    }, { highWaterMark: 0 });
    return Promise.resolve(new Response(body));
  };
  const face = createCache({ store: memoryStore(), maxEntryBytes: limit, fetch });
  const body = JSON.stringify({ model: "m", messages: [], stream: true });
  const open = () => face.fetch("https://x.test/v1/chat/completions", { method: "POST", body });
  const responses = await Promise.all([open(), open()]);
  const before = process.memoryUsage().rss;
  let peak = 0;
  const drain = async ({ body }: Response) => {
    let bytes = 0;
    for await (const chunk of body!) {
      bytes += chunk.length;
      if (bytes % (16 * MB) === 0) collectGarbage();
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    return bytes;
  };
  assert.deepEqual(await Promise.all(responses.map(drain)), [size, size]);
  const growth = Math.round((peak - before) / MB);
  console.log(`${size / MB} MB passed in ${growth} MB of memory`);
  assert.ok(growth < 0.75 * size / MB, `${growth} MB`);
});
