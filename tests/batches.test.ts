import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheOptions } from "../mod.ts";
import { askFor, formats, stageOf } from "./embedder.ts";

const openai = formats["openai-embeddings"]!;
const gemini = formats["gemini-embed"]!;

for (const [name, format] of Object.entries(formats)) {
  test(`${name}: of a new batch only what is unknown goes out, equal inputs once`, async () => {
    const { ask, out, right, story, events, cache } = stageOf(format);
    await ask(["a", "b"]);
    assert.deepEqual(out(), [["a", "b"]]);
    assert.deepEqual(story(), ["miss"]);
    const inputs = ["c", "b", "d", "c", "a", "b"];
    const { answer, status } = await ask(inputs);
    assert.deepEqual(out(), [["c", "d"]]);
    assert.deepEqual(format.read(answer), { rest: right(inputs), spent: 2 });
    assert.equal(status, "llmcache; fwd=miss; detail=partial");
    const [told] = events;
    assert.deepEqual(story(), ["miss partial"]);
    assert.deepEqual(told?.status === "miss" && told.usage, { input: 2, output: 0 });
    const again = await ask(inputs);
    assert.deepEqual(again.answer, answer, "it replays exactly, usage included");
    assert.equal(again.status, "llmcache; hit");
    assert.equal(again.response.headers.get("x-request-id"), "req_2");
    assert.deepEqual(out(), []);
    await cache.close();
  });

  test(`${name}: where all is known nothing goes out, and nothing was spent`, async () => {
    const { ask, out, right, story, events, cache, store } = stageOf(format);
    await ask(["a", "b"]);
    await ask(["c"]);
    out();
    story();
    const { answer, status, response } = await ask(["c", "a", "c"]);
    assert.deepEqual(out(), []);
    assert.deepEqual(format.read(answer), { rest: right(["c", "a", "c"]), spent: 0 });
    assert.equal(status, "llmcache; hit; detail=items");
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("x-request-id"), null);
    const [told] = events;
    assert.deepEqual(story(), ["hit items"]);
    assert.ok(told?.status === "hit");
    assert.deepEqual([told.usage, told.saved.tokens], [{ input: 0, output: 0 }, 0]);
    const keys: string[] = [];
    for await (const key of store.keys()) keys.push(key);
    assert.equal(keys.length, 2 + 3, "two answers, three items");
    assert.ok(!keys.includes(told.key));
    await cache.close();
  });
}

test("of a batch of which nothing is known equal inputs go out once as well", async () => {
  const { ask, out, right, cache } = stageOf(openai);
  const { answer, status } = await ask(["a", "b", "a"]);
  assert.deepEqual(openai.read(answer), { rest: right(["a", "b", "a"]), spent: 2 });
  assert.equal(status, "llmcache; fwd=miss; detail=partial");
  const refreshing = cache.with({ mode: "refresh" });
  await askFor(refreshing.fetch, openai.url, openai.ask(["a", "b", "a"]));
  assert.deepEqual(out(), [["a", "b"], ["a", "b", "a"]], "a refresh asks as it was asked");
  await cache.close();
});

test("one input alone and as a batch of one have the same vector", async () => {
  const { ask, out, right, story, cache } = stageOf(openai);
  const plain = async (input: unknown) => (await ask([], { input })).answer;
  await ask(["a", "b"]);
  assert.deepEqual(openai.read(await plain("b")), { rest: right([], { input: "b" }), spent: 0 });
  await plain("c");
  await ask(["c", "d"]);
  await plain([1, 2]);
  await plain([[3], [1, 2]]);
  await plain("[1,2]");
  const expected = [["a", "b"], "c", ["d"], [1, 2], [[3]], "[1,2]"];
  assert.deepEqual(out(), expected);
  assert.equal(story().filter((what) => what === "hit items").length, 1);
  await cache.close();
});

test("gemini: embedContent and batchEmbedContents know each other's vectors", async () => {
  const { cache, sent } = stageOf(gemini);
  const content = { parts: [{ text: "a" }] };
  const one = gemini.url.replace("batchEmbedContents", "embedContent");
  await askFor(cache.fetch, gemini.url, gemini.ask(["a", "b"]));
  const { answer, status } = await askFor(cache.fetch, one, { content });
  assert.equal(status, "llmcache; hit; detail=items");
  const given = gemini.give({ content });
  assert.deepEqual(answer, { ...given, usageMetadata: { promptTokenCount: 0 } });
  await askFor(cache.fetch, one, { content, taskType: "RETRIEVAL_QUERY" });
  await askFor(cache.fetch, gemini.url, {
    requests: [{ content }, { content, taskType: "RETRIEVAL_QUERY" }],
  });
  assert.equal(sent.length, 2, "the task type counts");
  const title = { taskType: "RETRIEVAL_DOCUMENT", title: "t" };
  await askFor(cache.fetch, gemini.url, { requests: [{ content, ...title }, { content }] });
  assert.deepEqual(sent.at(-1)?.body, { requests: [{ content, ...title }] });
  // The body names another model than the path: whose vector that is nobody knows.
  await askFor(cache.fetch, gemini.url, { requests: [{ content, model: "models/other" }] });
  assert.equal(sent.length, 4);
  await cache.close();
});

test("what shapes vectors keeps them apart, what does not does not", async () => {
  const { ask, out, cache } = stageOf(openai);
  await ask(["a", "b"]);
  await ask(["a", "c"], { user: "u", encoding_format: "base64" });
  await ask(["a", "d"], { dimensions: 2 });
  await ask(["a", "e"], { model: "n" });
  await ask(["a", "f"], { dimensions: 2, user: "v" });
  const elsewhere = cache.with({ namespace: "other" });
  await askFor(elsewhere.fetch, openai.url, openai.ask(["a", "g"]));
  assert.deepEqual(out(), [["a", "b"], ["c"], ["a", "d"], ["a", "e"], ["f"], ["a", "g"]]);
  await cache.close();
});

test("a batch recorded in one encoding serves the other", async () => {
  const { ask, out, right, story, cache } = stageOf(openai);
  const base64 = { encoding_format: "base64" };
  await ask(["a", "b"], base64);
  const first = await ask(["a", "b"]);
  assert.deepEqual(openai.read(first.answer), { rest: right(["a", "b"]), spent: 2 });
  const other = await ask(["b", "c"]);
  assert.deepEqual(openai.read(other.answer), { rest: right(["b", "c"]), spent: 1 });
  const back = await ask(["c", "a"], base64);
  assert.deepEqual(openai.read(back.answer).rest, right(["c", "a"], base64));
  assert.deepEqual(out(), [["a", "b"], ["c"]]);
  assert.deepEqual(story(), ["miss", "hit", "miss partial", "hit items"]);
  // What else the server knows may change what base64 stands for.
  await ask(["a"], { output_dtype: "int8" });
  await ask(["a"], { output_dtype: "int8", ...base64 });
  assert.deepEqual(story(), ["miss", "miss lossy"]);
  await cache.close();
});

test("nesting deeper than JSON can write costs nothing but the split", async () => {
  const { cache, story } = stageOf(gemini, {
    fetch: () => Promise.resolve(Response.json(gemini.give(gemini.ask(["a"])))),
  });
  const part = "[".repeat(20_000) + "]".repeat(20_000);
  const body = `{"requests":[{"content":{"parts":[{"text":${part}}]}}]}`;
  for (const _ of ["miss", "hit"]) {
    const response = await cache.fetch(gemini.url, { method: "POST", body });
    assert.equal(response.status, 200);
    await response.json();
  }
  assert.deepEqual(story(), ["miss", "hit"]);
  await cache.close();
});

test("an input is taken for another nowhere", async () => {
  const { ask, out, cache } = stageOf(openai);
  const inputs = [
    "a",
    "A",
    "a ",
    "e\u0301",
    "\u00e9",
    "1",
    "[1]",
    "",
    "null",
    "\ud800",
    "__proto__",
  ];
  await ask(inputs);
  for (const input of inputs) await ask([`${input}x`, input]);
  assert.deepEqual(out(), [inputs, ...inputs.map((input) => [`${input}x`])]);
  await cache.close();
});

test("in replay mode a part of a batch is not enough, and all of it is", async () => {
  const { ask, out, cache, right } = stageOf(openai);
  await ask(["a", "b"]);
  out();
  const replay = cache.with({ mode: "replay" });
  const asked = (inputs: string[]) => askFor(replay.fetch, openai.url, openai.ask(inputs));
  const missed = await asked(["a", "c"]);
  assert.equal(missed.response.status, 400);
  const { error } = missed.answer as { error: { message: string; code: string } };
  assert.equal(error.code, "llmcache_replay_miss");
  assert.match(error.message, /a part of the batch is not/);
  const { answer, status } = await asked(["b", "a"]);
  assert.equal(status, "llmcache; hit; detail=items");
  assert.deepEqual(openai.read(answer).rest, right(["b", "a"]));
  assert.deepEqual(out(), []);
  await cache.close();
});

test("refresh asks for all, and its vectors are the known ones from then on", async () => {
  let turn = 1;
  const { ask, out, cache, story } = stageOf(openai, {}, ({ data, ...given }) => ({
    ...given,
    data: (data as object[]).map((item) => ({ ...item, embedding: [turn, turn] })),
  }));
  await ask(["a", "b"]);
  turn = 2;
  const fresh = cache.with({ mode: "refresh" });
  await askFor(fresh.fetch, openai.url, openai.ask(["b", "a"]));
  assert.deepEqual(out(), [["a", "b"], ["b", "a"]]);
  const { answer } = await ask(["a"]);
  assert.deepEqual((answer.data as { embedding: unknown }[])[0]?.embedding, [2, 2]);
  assert.deepEqual(story(), ["miss", "refresh", "hit items"]);
  await cache.close();
});

test("each item has its own age, and an answer is as old as its oldest", async () => {
  let now = 0;
  const { ask, out, story, cache } = stageOf(openai, { ttl: 100, now: () => now });
  await ask(["a"]);
  now = 60_000;
  await ask(["b"]);
  assert.equal((await ask(["a", "b"])).status, "llmcache; hit; ttl=40; detail=items");
  now = 100_000;
  await ask(["b", "a"]);
  assert.deepEqual(out(), [["a"], ["b"], ["a"]]);
  assert.equal((await ask(["a", "b", "a"])).status, "llmcache; hit; ttl=60; detail=items");
  assert.deepEqual(story(), ["miss", "miss", "hit items", "miss partial", "hit items"]);
  await cache.close();
});

test("cache.why tells what would become of a batch", async () => {
  const { ask, out, cache } = stageOf(openai);
  await ask(["a", "b"]);
  out();
  const why = (inputs: string[]) => cache.why({ url: openai.url, body: openai.ask(inputs) });
  const { status, detail, message } = await why(["a", "c"]);
  assert.deepEqual([status, detail], ["miss", "partial"]);
  assert.match(message, /a part of the batch is not in the cache/);
  assert.equal((await why(["b", "a"])).status, "hit");
  assert.equal((await why(["c"])).detail, undefined);
  assert.deepEqual(out(), []);
  await cache.close();
});

test("what a call says to the cache holds for items too", async () => {
  const { ask, out, cache } = stageOf(openai);
  const saying = (directive: string) => ({ headers: { "cache-control": directive } });
  await ask(["a", "b"]);
  const only = await ask(["b", "a"], {}, saying("only-if-cached"));
  assert.equal(only.status, "llmcache; hit; detail=items");
  assert.equal((await ask(["a", "c"], {}, saying("only-if-cached"))).response.status, 504);
  await ask(["b"], {}, saying("no-cache"));
  await ask(["a", "d"], {}, saying("llmcache-sample=1"));
  await ask(["a", "e"], {}, saying("llmcache-sample=1"));
  await ask(["a", "f"], {}, saying("no-store"));
  assert.deepEqual(out(), [["a", "b"], ["b"], ["a", "d"], ["e"], ["a", "f"]]);
  await cache.close();
});

test("items of a batch that is not stored are not kept", async () => {
  const { ask, out, cache, story } = stageOf(
    openai,
    {},
    (given, { body }) =>
      (body.input as string[]).includes("bad") ? { ...given, error: { message: "no" } } : given,
  );
  await ask(["a", "bad"]);
  await ask(["a"]);
  assert.deepEqual(out(), [["a", "bad"], ["a"]]);
  assert.deepEqual(story(), ["miss error", "miss"]);
  await cache.close();
});

test("where the split is not certain the whole batch goes out", async () => {
  const wholes: [options: CacheOptions, more: object][] = [
    [{}, { late_chunking: true }],
    [{}, { vendor: 1 }],
    [{}, { api_key: "sk-1" }],
    [{ ignore: ["body.user_tag"] }, {}],
    [{ normalize: (text) => text }, {}],
    [{ key: (document) => document }, {}],
  ];
  for (const [options, more] of wholes) {
    const { ask, out, cache } = stageOf(openai, options);
    await ask(["a", "b"], more);
    await ask(["a", "c"], more);
    assert.deepEqual(out(), [["a", "b"], ["a", "c"]], JSON.stringify({ options, more }));
    await cache.close();
  }
  const { ask, out, cache } = stageOf(openai, { ignore: ["target.origin"], headers: ["x-route"] });
  await ask(["a", "b"]);
  await ask(["a", "c"]);
  assert.deepEqual(out(), [["a", "b"], ["c"]], "other hooks change no input");
  await cache.close();
});

test("a body that JSON does not keep is never taken apart", async () => {
  const { cache, sent, ask } = stageOf(openai);
  await ask(["a", "b"]);
  for (let turn = 0; turn < 2; turn++) {
    const body = JSON.stringify(openai.ask(["a", "c"]), null, 1);
    await (await cache.fetch(openai.url, { method: "POST", body })).json();
  }
  assert.deepEqual(sent.map(({ body }) => body.input), [["a", "b"], ["a", "c"]]);
  await cache.close();
});

/** Answers to ["b", "c"] where "b" alone goes out, that do not fit what is known of "a". */
type Data = { data: { index: number; embedding: number[] }[] };
const doubtful: Readonly<Record<string, (given: Data) => unknown>> = {
  "too many vectors": (given) => ({
    ...given,
    data: [given.data[0], { ...given.data[0], index: 1 }],
  }),
  "an index twice": (given) => ({ ...given, data: [given.data[0], given.data[0]] }),
  "no vectors": (given) => ({ ...given, data: [] }),
  "an empty vector": (given) => ({ ...given, data: [{ ...given.data[0], embedding: [] }] }),
  "another index": (given) => ({ ...given, data: [{ ...given.data[0], index: 1 }] }),
  "no index": ({ data: [first], ...given }) => ({
    ...given,
    data: [{ ...first, index: undefined }],
  }),
  "another model": (given) => ({ ...given, model: "m-v3" }),
  "a longer vector": (given) => ({
    ...given,
    data: [{ ...given.data[0], embedding: [1, 2, 3, 4] }],
  }),
  "another encoding": (given) => ({
    ...given,
    data: [{ ...given.data[0], embedding: "AAAAAA==" }],
  }),
  "an error inside": (given) => ({ ...given, error: { message: "half of it failed" } }),
  "a list beside the vectors": (given) => ({ ...given, warnings: ["cut"] }),
  "a list beside a vector": (given) => ({ ...given, data: [{ ...given.data[0], shape: [3] }] }),
  "no JSON": () => new Response('{"object":"list","data":['),
  "no content": () => new Response(null, { status: 204 }),
};

for (const [name, change] of Object.entries(doubtful)) {
  test(`an answer to the rest with ${name}: the whole batch is asked for`, async () => {
    const { ask, out, right, story, cache } = stageOf(
      openai,
      {},
      (given, _, number) =>
        number === 2 && name !== "a foreign response" ? change(given as unknown as Data) : given,
    );
    await ask(["a"]);
    const { answer, status } = await ask(["a", "b"]);
    assert.deepEqual(out(), [["a"], ["b"], ["a", "b"]]);
    assert.deepEqual(openai.read(answer), { rest: right(["a", "b"]), spent: 2 });
    assert.equal(status, "llmcache; fwd=miss");
    assert.deepEqual(story(), ["miss", "miss"]);
    await ask(["b", "c"]);
    assert.deepEqual(out(), [["c"]], "what came whole is known");
    await cache.close();
  });
}
