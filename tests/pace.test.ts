import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheOptions } from "../mod.ts";
import { DONE, event } from "./completions.ts";
import { recordInParts, sse, threeWords, word } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question, type Stage } from "./stage.ts";

const streamed = { ...question, stream: true } as const;
/** When each chunk of a recording comes, in milliseconds since the call. */
const times = [120, 150, 400];

/** Records three chunks at these times; hits then wait, as far as one can tell, no time at all. */
async function recorded(stage: Stage, parts = threeWords, stream = true) {
  const store = memoryStore();
  let clock = 5_000;
  const before = (at: number) => void (clock = 5_000 + times[at]!);
  const recorder = stage.cached({ store, now: () => clock });
  await recordInParts(stage.endpoint, recorder, parts, { stream, before });
  assert.deepEqual(stage.story(), ["miss"]);
  const waits: number[] = [];
  const wait = (milliseconds: number) => {
    waits.push(milliseconds);
    return Promise.resolve();
  };
  const paced = (pace: CacheOptions["pace"]) => stage.cached({ store, wait, pace });
  return { waits, paced };
}

/** The body chunk by chunk, as it comes out of the response. */
async function chunksOf(openai: OpenAI, stream = true): Promise<string[]> {
  const response = await openai.chat.completions.create({ ...question, stream }).asResponse();
  const decoder = new TextDecoder();
  return (await all(response.body as AsyncIterable<Uint8Array>)).map((part) =>
    decoder.decode(part)
  );
}

test('pace "none": at once, in one chunk, and it is the default', () =>
  onStage(async (stage) => {
    const { waits, paced } = await recorded(stage);
    assert.deepEqual(await chunksOf(paced("none")), [threeWords.join("")]);
    assert.deepEqual(await chunksOf(paced(undefined)), [threeWords.join("")]);
    assert.deepEqual(waits, []);
    assert.deepEqual(stage.story(), ["hit", "hit"]);
  }));

test('pace "recorded": the chunks as recorded, each at its time', () =>
  onStage(async (stage) => {
    const { waits, paced } = await recorded(stage);
    assert.deepEqual(await chunksOf(paced("recorded")), threeWords);
    assert.deepEqual(waits, [120, 30, 250]);
    assert.deepEqual(stage.story(), ["hit"]);
  }));

test("pace in milliseconds: the chunks as recorded, so far apart", () =>
  onStage(async (stage) => {
    const { waits, paced } = await recorded(stage);
    assert.deepEqual(await chunksOf(paced(40)), threeWords);
    assert.deepEqual(waits, [40, 40]);
  }));

test("pace 0: the chunks as recorded, without waiting", () =>
  onStage(async (stage) => {
    const { waits, paced } = await recorded(stage);
    assert.deepEqual(await chunksOf(paced(0)), threeWords);
    assert.deepEqual(waits, []);
  }));

test("pace: a whole answer has its chunks too", () =>
  onStage(async (stage) => {
    const choice = {
      index: 0,
      message: { role: "assistant", content: "a" },
      finish_reason: "stop",
    };
    const text = JSON.stringify({ id: "x", choices: [choice] });
    const { paced } = await recorded(stage, [text.slice(0, 9), text.slice(9)], false);
    assert.equal((await chunksOf(paced("recorded"), false)).join(""), text);
    const completion = await paced(5).chat.completions.create(question);
    assert.equal(completion.choices[0]?.message.content, "a");
    assert.equal(stage.out(), 1);
  }));

for (const pace of ["none", "recorded", 7] as const) {
  test(`pace ${pace}: the SDK sees what it saw`, () =>
    onStage(async (stage) => {
      const { paced } = await recorded(stage);
      stage.endpoint.answer(() => ({ headers: sse, body: threeWords }));
      const bare = await all(stage.client().chat.completions.create(streamed));
      assert.deepEqual(await all(paced(pace).chat.completions.create(streamed)), bare);
      const final = (openai: OpenAI) => openai.chat.completions.stream(question).finalContent();
      assert.equal(await final(paced(pace)), "onetwo");
    }));
}

test("pace: nobody's demand, no waiting: the next pause begins when the next chunk is wanted", () =>
  onStage(async (stage) => {
    const { waits, paced } = await recorded(stage);
    const response = await paced("recorded").chat.completions.create(streamed).asResponse();
    assert.deepEqual(waits, []);
    const reader = response.body!.getReader();
    await reader.read();
    assert.deepEqual(waits, [120]);
    await reader.read();
    assert.deepEqual(waits, [120, 30]);
    await reader.cancel();
    assert.deepEqual(waits, [120, 30]);
  }));

test("pace: with the event of the usage left out nothing is lost but that event", () =>
  onStage(async (stage) => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const counted = { id: "x", object: "chat.completion.chunk", created: 1, model: "m" };
    const last = event({ ...counted, choices: [], usage });
    const store = memoryStore();
    stage.endpoint.answer(() => ({
      headers: sse,
      body: [word("one"), word("", "stop"), last, DONE],
    }));
    const asking = { ...streamed, stream_options: { include_usage: true } };
    await all(stage.cached({ store }).chat.completions.create(asking));
    const wait = () => Promise.resolve();
    const openai = stage.cached({ store, wait, pace: 5 });
    assert.equal((await chunksOf(openai)).join(""), word("one") + word("", "stop") + DONE);
    assert.deepEqual(stage.story(), ["miss", "hit"]);
  }));

test("pace: two readers of one entry have each their own pace", () =>
  onStage(async (stage) => {
    const { paced } = await recorded(stage);
    const [slow, fast] = await Promise.all([
      paced("recorded").chat.completions.create(streamed),
      paced("none").chat.completions.create(streamed),
    ]);
    assert.equal((await all(fast)).length, 3);
    assert.equal((await all(slow)).length, 3);
  }));

test("pace: another face of the same cache has its own", () =>
  onStage(async (stage) => {
    const waits: number[] = [];
    const store = memoryStore();
    const body = [word("one"), word("", "stop") + DONE];
    await recordInParts(stage.endpoint, stage.cached({ store }), body);
    const cache = stage.cache({ store, wait: (ms) => Promise.resolve(void waits.push(ms)) });
    const openai = cache.chat(stage.client());
    const slow = cache.with({ pace: 11 }).chat(stage.client());
    assert.deepEqual(await chunksOf(slow), body);
    assert.deepEqual(await chunksOf(openai), [body.join("")]);
    assert.deepEqual(waits, [11]);
  }));
