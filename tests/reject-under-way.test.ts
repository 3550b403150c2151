import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheStore } from "../mod.ts";
import { sceneOf, streamedParts, url, wholeAnswer } from "./answers.ts";
import { gate, settle } from "./gate.ts";

function slowly() {
  const bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
  const encoder = new TextEncoder();
  return {
    respond: () => new Response(new ReadableStream({ start: (body) => void bodies.push(body) })),
    send: (call: number, text: string) => bodies[call - 1]!.enqueue(encoder.encode(text)),
    end: (call: number) => bodies[call - 1]!.close(),
  };
}

for (const by of ["response", "request"] as const) {
  test(`reject: a retry does not join the call of what was rejected by its ${by}, and that is never stored`, () =>
    retry(by));
}

async function retry(by: "response" | "request"): Promise<void> {
  const { respond, send, end } = slowly();
  const { cache, bodyOf, out, story } = sceneOf({}, respond);
  const ask = async () =>
    await cache.fetch(url, { method: "POST", body: bodyOf({ stream: true }) });
  const bad = await ask();
  const reader = bad.body!.getReader();
  const [head, ...rest] = streamedParts(1);
  send(1, head!);
  await reader.read();
  // Enough was read to see that it is no good.
  const request = { url, body: JSON.parse(bodyOf()) };
  assert.equal(await cache.reject(by === "response" ? bad : request), 0);
  const again = await ask();
  assert.equal(out(), 2);
  // Who joins now joins the retry.
  const joined = ask();
  for (const part of streamedParts(2)) send(2, part);
  end(2);
  const right = streamedParts(2).join("");
  assert.equal(await again.text(), right);
  assert.equal(await (await joined).text(), right);
  for (const part of rest) send(1, part);
  end(1);
  while (!(await reader.read()).done);
  assert.equal(await (await ask()).text(), right);
  assert.equal(out(), 2);
  assert.deepEqual(story(), ["miss", "collapsed", "miss rejected", "hit"]);
}

test("reject: a call that has no answer yet is one of the old ones too", async () => {
  const answers = [gate<Response>(), gate<Response>()];
  let calls = 0;
  const { ask, cache, bodyOf, story } = sceneOf({ fetch: () => answers[calls++]!.opened });
  const first = ask();
  await settle();
  assert.equal(await cache.reject({ url, body: JSON.parse(bodyOf()) }), 0);
  const second = ask();
  await settle();
  assert.equal(calls, 2);
  answers[1]!.open(new Response(wholeAnswer(2)));
  await second;
  answers[0]!.open(new Response(wholeAnswer(1)));
  await first;
  assert.equal((await ask()).text, wholeAnswer(2));
  assert.deepEqual(story(), ["miss", "miss rejected", "hit"]);
});

test("reject: an answer under way is known by its id too", async () => {
  const { respond, send, end } = slowly();
  const { cache, bodyOf, out, story } = sceneOf({}, respond);
  const ask = async () =>
    await cache.fetch(url, { method: "POST", body: bodyOf({ stream: true }) });
  const reader = (await ask()).body!.getReader();
  const [head, ...rest] = streamedParts(1);
  send(1, head!);
  await reader.read();
  assert.equal(await cache.reject("chatcmpl-1"), 0);
  const again = await ask();
  assert.equal(out(), 2);
  for (const part of streamedParts(2)) send(2, part);
  end(2);
  await again.text();
  for (const part of rest) send(1, part);
  end(1);
  while (!(await reader.read()).done);
  assert.deepEqual(story(), ["miss", "miss rejected"]);
});

test("reject: an answer that is being written is taken out again, and not served meanwhile", async () => {
  const memory = memoryStore();
  const gates = [gate(), gate()];
  let writes = 0;
  const store: CacheStore = {
    ...memory,
    async set(key, value) {
      // Readers see it before the writer knows that it is there.
      await memory.set(key, value);
      await gates[writes++]?.opened;
    },
  };
  const { ask, cache, bodyOf, story, out } = sceneOf({ store, storeTimeout: 1e9 });
  const first = ask();
  await settle();
  assert.equal(writes, 1);
  const removed = await cache.reject({ url, body: JSON.parse(bodyOf()) });
  assert.equal(removed, 1, "it was to be seen already");
  const second = ask();
  await settle();
  assert.equal(out(), 2, "it goes out");
  gates[1]!.open();
  assert.equal((await second).text, wholeAnswer(2));
  gates[0]!.open();
  assert.equal((await first).text, wholeAnswer(1));
  assert.equal((await ask()).text, wholeAnswer(2), "the other one stays");
  assert.deepEqual(story().sort(), ["hit", "miss", "miss rejected"]);
});

test("reject: a write that was begun before is not seen when it ends after", async () => {
  const memory = memoryStore();
  const writing = gate();
  let writes = 0;
  const store: CacheStore = {
    ...memory,
    async set(key, value) {
      if (writes++ === 0) await writing.opened;
      await memory.set(key, value);
    },
  };
  const { ask, cache, bodyOf, story } = sceneOf({ store, storeTimeout: 1e9 });
  const first = ask();
  await settle();
  assert.equal(await cache.reject({ url, body: JSON.parse(bodyOf()) }), 0, "it is not there yet");
  writing.open();
  await null; // Written, but not yet taken out again.
  const second = ask();
  assert.equal((await second).text, wholeAnswer(2));
  assert.equal((await first).text, wholeAnswer(1));
  assert.equal((await ask()).text, wholeAnswer(2));
  // The second call saw it, and took it for none.
  assert.deepEqual(story().sort(), ["hit", "miss rejected", "miss rejected"]);
});

test("reject: what lands after it was rejected does not stay", async () => {
  const memory = memoryStore();
  const writing = gate();
  const store: CacheStore = {
    ...memory,
    async set(key, value) {
      await writing.opened;
      await memory.set(key, value);
    },
  };
  const { ask, cache, bodyOf } = sceneOf({ store, storeTimeout: 1e9 });
  const first = ask();
  await settle();
  await cache.reject({ url, body: JSON.parse(bodyOf()) });
  writing.open();
  await first;
  for await (const key of memory.keys()) assert.fail(key);
});
