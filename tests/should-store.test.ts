import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type Answer, cachedChat, type CacheOptions } from "../mod.ts";
import { plainly, sceneOf, streamedParts, url, wholeAnswer } from "./answers.ts";
import { gate, settle } from "./gate.ts";
import { listen } from "./listen.ts";

test("should store: it gets the answer as it came, whole and streamed", async () => {
  const seen: Answer[] = [];
  let time = 1000;
  const { ask, story, events } = sceneOf({
    now: () => time++,
    shouldStore: (answer) => (seen.push(answer), true),
  });
  const { text } = await ask({ api_key: "sk-MARKER" });
  const [miss] = events;
  const [{ request, milliseconds, ...facts } = {} as Answer] = seen;
  assert.deepEqual({ ...facts }, {
    key: miss?.status === "miss" ? miss.key : "",
    form: "whole",
    dialect: "openai-chat",
    model: "m",
    status: 200,
    headers: { "content-type": "application/json" },
    text,
    json: JSON.parse(text),
    id: "chatcmpl-1",
    usage: { input: 9, output: 4 },
  });
  assert.ok(milliseconds > 0);
  assert.equal(request.url, url);
  assert.deepEqual(request.body, {
    model: "m",
    messages: [{ role: "user", content: "q" }],
    api_key: "[redacted]",
  });
  const stream = await ask({ stream: true });
  assert.equal(seen[1]!.text, stream.text);
  assert.equal(seen[1]!.form, "stream");
  const parts = streamedParts(2).slice(0, 2).map((part) => JSON.parse(part.slice(6)));
  assert.deepEqual(seen[1]!.json, parts);
  await ask();
  await ask({ stream: true });
  assert.deepEqual(story(), ["miss", "miss lossy", "hit", "hit"]);
  assert.equal(seen.length, 2, "a hit is stored already");
});

test("should store: `false` keeps an answer out, and the caller gets it as it is", async () => {
  for (const no of [() => false, () => Promise.resolve(false)]) {
    const { ask, story } = sceneOf({ shouldStore: no });
    for (const more of [{}, { stream: true }]) {
      for (let turn = 0; turn < 2; turn++) {
        const { text, response } = await ask(more);
        assert.match(text, /answer \d/);
        assert.match(response.headers.get("cache-status")!, /fwd=miss/);
      }
    }
    assert.deepEqual(story(), Array(4).fill("miss should-store"));
  }
  const { ask, story } = sceneOf({ shouldStore: ({ text }) => !text.includes("answer 1") });
  for (let turn = 0; turn < 3; turn++) await ask();
  assert.deepEqual(story(), ["miss should-store", "miss", "hit"]);
});

test("should store: one that fails, is late or says neither keeps an answer out, and is told of", async () => {
  const rows: [shouldStore: unknown, hint: RegExp][] = [
    [() => {
      throw new Error("no schema");
    }, /`shouldStore` failed: no schema/],
    [() => Promise.reject(new TypeError("no field")), /failed: no field/],
    [() => {
      throw null;
    }, /failed: null/],
    [() => undefined, /must return true or false.* it gave undefined/],
    [() => 1, /it gave 1/],
    [() => "a long text", /it gave a text/],
    [() => Promise.resolve({}), /it gave an object/],
    [
      () => new Promise(() => {}),
      /failed: it did not answer within 50 ms \(option `storeTimeout`\)/,
    ],
    [({ request }: Answer) => Object(request.body).nothing.at(0), /failed: /],
  ];
  for (const [shouldStore, hint] of rows) {
    const options = { shouldStore, storeTimeout: 50, wait: at(50) } as CacheOptions;
    const { ask, events, story } = sceneOf(options);
    assert.equal((await ask()).text, wholeAnswer(1), String(shouldStore));
    const [event] = events;
    assert.ok(event?.status === "miss");
    assert.match(event.hint!, hint);
    assert.equal((await ask({ stream: true })).text, streamedParts(2).join(""));
    assert.deepEqual(story(), ["miss should-store-hook", "miss should-store-hook"]);
  }
});

/** Waits are over at once if they are as long as this, and never otherwise. */
function at(limit: number): CacheOptions["wait"] {
  return (milliseconds) => milliseconds === limit ? Promise.resolve() : new Promise(() => {});
}

test("should store: it is asked of nothing that would not be stored anyway", async () => {
  let asked = 0;
  const shouldStore = () => (asked++, true);
  const filtered = wholeAnswer(1).replace('"stop"', '"content_filter"');
  const answers = [
    () => new Response("{}", { status: 500 }),
    () => new Response(filtered),
    () => new Response(streamedParts(1)[0]),
  ];
  const { ask, story, cache } = sceneOf({ shouldStore }, (number) => answers[number % 3]!());
  for (let turn = 0; turn < 3; turn++) await ask({ stream: turn === 1 });
  assert.deepEqual(story(), ["miss content_filter", "miss cut", "miss status 500"]);
  assert.equal(asked, 0);
  await ask({ n: 2 }, {}, cache.with({ storeIncomplete: true }));
  assert.deepEqual([story(), asked], [["miss"], 1]);
});

test("should store: where an answer is asked for anew, the one that was stored stays", async () => {
  const { ask, cache, story } = sceneOf();
  await ask();
  const strict = cache.with({ mode: "refresh", shouldStore: () => false });
  assert.equal((await ask({}, {}, strict)).text, wholeAnswer(2));
  assert.equal((await ask()).text, wholeAnswer(1));
  assert.deepEqual(story(), ["miss", "refresh should-store", "hit"]);
});

test("should store: the reader waits for what it says; who asks after a no does not join", async () => {
  const says = gate<boolean>();
  const ends: (() => void)[] = [];
  const { cache, bodyOf, out, story } = sceneOf(
    { shouldStore: () => says.opened },
    (number) =>
      new Response(
        new ReadableStream({
          start(controller) {
            const encoder = new TextEncoder();
            for (const part of streamedParts(number)) controller.enqueue(encoder.encode(part));
            ends.push(() => controller.close());
          },
        }),
      ),
  );
  const ask = async () =>
    (await cache.fetch(url, { method: "POST", body: bodyOf({ stream: true }) })).body!.getReader();
  const first = await ask();
  await first.read();
  await first.read();
  let isRead = false;
  const last = first.read().then(() => isRead = true);
  await settle();
  assert.equal(isRead, false, "the chunk that completes it is kept back");
  says.open(false);
  await last;
  // The first call has not ended, but its answer is known to be no good.
  const second = await ask();
  for (let turn = 0; turn < 3; turn++) await second.read();
  assert.equal(out(), 2);
  ends.forEach((end) => end());
  for (const reader of [first, second]) await reader.read();
  assert.deepEqual(story(), ["miss should-store", "miss should-store"]);
});

test("should store: functions have it too", async () => {
  const { story, onEvent } = listen();
  const seen: unknown[] = [];
  let calls = 0;
  const options = {
    store: memoryStore(),
    onEvent,
    shouldStore({ json, form, dialect, request }: Answer) {
      seen.push([json, form, dialect, request.url, request.body]);
      return json !== 1;
    },
  };
  const ask = cachedChat((_: { model: string }) => Promise.resolve(++calls), options);
  assert.deepEqual([
    await ask({ model: "m" }),
    await ask({ model: "m" }),
    await ask({ model: "m" }),
  ], [
    1,
    2,
    2,
  ]);
  async function* stream(_: { model: string }) {
    yield* [1, "two", { three: 3 }];
  }
  for await (const _ of cachedChat(stream, options)({ model: "s" }));
  assert.deepEqual(story(), ["miss should-store", "miss", "hit", "miss"]);
  const request = ["function", { model: "m" }];
  assert.deepEqual(seen, [
    [1, "whole", "function", ...request],
    [2, "whole", "function", ...request],
    [[1, "two", { three: 3 }], "stream", "function", "function", { model: "s" }],
  ]);
});

test("should store: each face has its own", async () => {
  const { ask, cache, story } = sceneOf({ shouldStore: () => false }, plainly);
  await ask({}, {}, cache.with({ shouldStore: () => true }));
  await ask();
  assert.deepEqual(story(), ["miss", "hit"]);
});
