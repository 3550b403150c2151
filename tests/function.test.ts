import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { cachedChat, createCache, LlmcacheError } from "../mod.ts";
import { gate } from "./gate.ts";
import { listen } from "./listen.ts";

type Request = { model?: string; prompt?: string; stream?: boolean; [more: string]: unknown };

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

test("function: a promise of a value", async () => {
  const { story, onEvent } = listen();
  let calls = 0;
  const ask = (request: Request) => Promise.resolve({ text: `${request.prompt}!`, call: ++calls });
  const cached = cachedChat(ask, { store: memoryStore(), onEvent });
  assert.deepEqual(await cached({ model: "m", prompt: "hi" }), { text: "hi!", call: 1 });
  assert.deepEqual(await cached({ prompt: "hi", model: "m" }), { text: "hi!", call: 1 });
  assert.deepEqual(await cached({ model: "m", prompt: "ho" }), { text: "ho!", call: 2 });
  assert.deepEqual(story(), ["miss", "hit", "miss"]);
});

test("function: an async generator function stays one", async () => {
  let calls = 0;
  async function* ask(request: Request) {
    calls++;
    for (const word of ["a", "b", request.prompt]) yield { word };
  }
  const cached = cachedChat(ask, { store: memoryStore() });
  const expected = [{ word: "a" }, { word: "b" }, { word: "c" }];
  assert.deepEqual(await collect(cached({ model: "m", prompt: "c" })), expected);
  const hit = cached({ model: "m", prompt: "c" });
  assert.equal(typeof hit.return, "function");
  assert.deepEqual(await collect(hit), expected);
  assert.equal(calls, 1);
});

test("function: a promise of an iterable, awaited or iterated at once", async () => {
  let calls = 0;
  const ask = (request: Request): Promise<AsyncIterable<number>> => {
    calls++;
    return Promise.resolve((async function* () {
      yield* [1, 2, Number(request.prompt)];
    })());
  };
  const cached = cachedChat(ask, { store: memoryStore() });
  const request = { model: "m", prompt: "3", stream: true };
  assert.deepEqual(await collect(await cached(request)), [1, 2, 3]);
  assert.deepEqual(await collect(await cached(request)), [1, 2, 3]);
  assert.deepEqual(await collect(cached(request) as unknown as AsyncIterable<number>), [1, 2, 3]);
  assert.equal(calls, 1);
});

test("function: a plain function that returns an iterable", async () => {
  let calls = 0;
  const ask = (_: Request): AsyncIterable<string> => {
    calls++;
    return (async function* () {
      yield* ["x", "y"];
    })();
  };
  const cached = cachedChat(ask, { store: memoryStore() });
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await collect(cached({ model: "m", stream: true })), ["x", "y"]);
  }
  assert.equal(calls, 1);
});

test("function: without a model or a namespace every call is a bypass that says what to add", async () => {
  const { story, events, onEvent } = listen();
  let calls = 0;
  const cached = cachedChat((_: Request) => Promise.resolve(++calls), {
    store: memoryStore(),
    onEvent,
  });
  assert.equal(await cached({ prompt: "hi" }), 1);
  assert.equal(await cached({ prompt: "hi", model: "" }), 2);
  const [event] = events;
  assert.ok(event?.status === "bypass");
  assert.match(event.hint!, /`model`.*`namespace`/);
  assert.deepEqual(story(), ["bypass unnamed-model", "bypass unnamed-model"]);

  const named = createCache({ store: memoryStore(), namespace: "local-llama" });
  const ask = named.chat((_: Request) => Promise.resolve(++calls));
  assert.equal(await ask({ prompt: "hi" }), 3);
  assert.equal(await ask({ prompt: "hi" }), 3);
});

test("function: a request that JSON would change passes through, and so do further arguments", async () => {
  const { story, onEvent } = listen();
  let calls = 0;
  const ask = (_request: Request, _options?: unknown) => Promise.resolve(++calls);
  const cached = cachedChat(ask, { store: memoryStore(), onEvent });
  await cached({ model: "m", when: new Date(0) });
  await cached({ model: "m", temperature: undefined });
  await cached({ model: "m" }, { signal: 1 });
  assert.deepEqual(story(), ["bypass not-json", "bypass not-json", "bypass extra-arguments"]);
  await cached({ model: "m" }, undefined);
  assert.deepEqual(story(), ["miss"]);
});

test("function: an answer of the other form, or one that is no JSON, passes through unstored", async () => {
  const { story, onEvent } = listen();
  const options = { store: memoryStore(), onEvent };
  const whole = cachedChat((_: Request): Promise<unknown> => Promise.resolve("whole"), options);
  assert.equal(await whole({ model: "m", stream: true }), "whole");
  const date = cachedChat((_: Request): Promise<unknown> => Promise.resolve(new Date(7)), options);
  assert.deepEqual(await date({ model: "d" }), new Date(7));
  async function* odd(_: Request) {
    yield 1;
    yield new Map([[1, 2]]);
  }
  assert.deepEqual(await collect(cachedChat(odd, options)({ model: "o" })), [1, new Map([[1, 2]])]);
  assert.deepEqual(story(), ["miss other-form", "miss not-json", "miss not-json"]);
  assert.deepEqual(await collect(cachedChat(odd, options)({ model: "o" })), [1, new Map([[1, 2]])]);
  assert.deepEqual(story(), ["miss not-json"]);
});

test("function: the other form is lossy, for now", async () => {
  const { events, onEvent } = listen();
  const store = memoryStore();
  const ask = cachedChat((_: Request) => Promise.resolve(1), { store, onEvent });
  async function* stream(_: Request) {
    yield 1;
  }
  await ask({ model: "m" });
  await collect(cachedChat(stream, { store, onEvent })({ model: "m" }));
  assert.deepEqual(events.map((event) => "detail" in event ? event.detail : undefined), [
    undefined,
    "lossy",
  ]);
});

test("function: its own failure is the caller's, and nothing is stored", async () => {
  const { story, onEvent } = listen();
  let calls = 0;
  const failure = new Error("out of memory");
  const cached = cachedChat((_: Request) => {
    if (++calls === 1) throw failure;
    return Promise.resolve(calls);
  }, { store: memoryStore(), onEvent });
  await assert.rejects(cached({ model: "m" }), (error) => error === failure);
  assert.equal(await cached({ model: "m" }), 2);
  assert.deepEqual(story(), ["miss failed", "miss"]);
});

test("function: a stream that is left or fails is not stored", async () => {
  const { story, onEvent } = listen();
  let closed = 0;
  async function* ask(request: Request) {
    try {
      yield 1;
      if (request.prompt === "fail") throw new Error("fell over");
      yield 2;
    } finally {
      closed++;
    }
  }
  const cached = cachedChat(ask, { store: memoryStore(), onEvent });
  for await (const _ of cached({ model: "m" })) break;
  await assert.rejects(collect(cached({ model: "m", prompt: "fail" })), /fell over/);
  assert.deepEqual(story(), ["miss cancelled", "miss failed"]);
  assert.deepEqual(await collect(cached({ model: "m" })), [1, 2]);
  assert.deepEqual(story(), ["miss"]);
  assert.equal(closed, 3);
});

test("function: five at once make one call, and each has values of its own", async () => {
  let calls = 0;
  const answer = gate<{ list: number[] }>();
  const cached = cachedChat((_: Request) => (calls++, answer.opened), { store: memoryStore() });
  const all = Array.from({ length: 5 }, () => cached({ model: "m" }));
  answer.open({ list: [1] });
  const values = await Promise.all(all);
  assert.equal(calls, 1);
  values[1]!.list.push(2);
  assert.deepEqual(values.map((value) => value.list.length), [1, 2, 1, 1, 1]);
});

test("function: in replay mode a miss rejects with our error and nothing goes out", async () => {
  let calls = 0;
  const store = memoryStore();
  const ask = (_: Request) => Promise.resolve(++calls);
  await cachedChat(ask, { store })({ model: "m" });
  const cached = cachedChat(ask, { store, mode: "replay" });
  assert.equal(await cached({ model: "m" }), 1);
  for (const request of [{ model: "other" }, {}]) {
    await assert.rejects(cached(request), (error) => {
      assert.ok(error instanceof LlmcacheError);
      assert.equal(error.code, "llmcache_replay_miss");
      return true;
    });
  }
  assert.equal(calls, 1);
});

test("function: caching twice is caching once", async () => {
  const ask = (_: Request) => Promise.resolve(1);
  const once = cachedChat(ask, { store: memoryStore() });
  assert.equal(cachedChat(once), once);
  const { story, onEvent } = listen();
  await cachedChat(once, { store: memoryStore(), onEvent })({ model: "m" });
  assert.deepEqual(story(), ["miss"]);
});

test("function: a stream member that is neither yes nor no is in doubt", async () => {
  const { story, onEvent } = listen();
  let calls = 0;
  const cached = cachedChat(
    (_: { model: string; stream?: unknown }) => Promise.resolve(++calls),
    { store: memoryStore(), onEvent },
  );
  for (const stream of ["sse", { partial: 1 }]) await cached({ model: "m", stream });
  assert.deepEqual(story(), ["bypass unclear-stream", "bypass unclear-stream"]);
  assert.equal(calls, 2);
});

test("function: in replay mode what cannot be cached is told too, and says what to add", async () => {
  const { story, onEvent } = listen();
  const cached = cachedChat((_: Request) => Promise.resolve(1), { mode: "replay", onEvent });
  await assert.rejects(cached({ prompt: "hi" }), /`namespace`/);
  assert.deepEqual(story(), ["replay-miss unnamed-model"]);
});

test("function: a stream that fails before anybody iterates fails when somebody does", async () => {
  const cached = cachedChat(
    (_: Request): AsyncIterable<number> => {
      throw new Error("no model");
    },
    { store: memoryStore() },
  );
  const values = cached({ model: "m", stream: true });
  await new Promise((done) => setTimeout(done, 0));
  await assert.rejects(collect(values), /no model/);
});

test("function: without the cache a generator's own result is kept", async () => {
  async function* ask(_: Request) {
    yield 1;
    return "done";
  }
  const values = cachedChat(ask, { mode: "off", store: memoryStore() })({ model: "m" });
  assert.deepEqual(await values.next(), { value: 1, done: false });
  assert.deepEqual(await values.next(), { value: "done", done: true });
});
