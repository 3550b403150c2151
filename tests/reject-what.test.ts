import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheStore, createCache, type Rejectable } from "../mod.ts";
import { sceneOf, streamedParts, url, wholeAnswer } from "./answers.ts";
import { formats, stageOf } from "./embedder.ts";
import { gate, settle } from "./gate.ts";
import { listen } from "./listen.ts";

test("reject: what is no header, key, id or request is refused, not passed over", async () => {
  const { ask, cache } = sceneOf();
  const { response, text } = await ask();
  const wrong: unknown[] = [
    JSON.parse(text),
    { data: {}, response, request_id: "req_1" },
    { content: "two\nlines" },
    { "no name": "x" },
    { "content-type": ["x", 1] },
  ];
  for (const what of wrong) {
    await assert.rejects(cache.reject(what as Rejectable), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /reject\(\) takes a Response/);
      return true;
    });
  }
  // Headers of other makes serve.
  const lists = Object.fromEntries([...response.headers].map(([name, value]) => [name, [value]]));
  const own = new Map(response.headers);
  assert.equal(await cache.reject(lists as never), 1);
  await ask();
  assert.equal(await cache.reject(own as never), 1);
});

test("reject: a Request that was sent with its body has none to know it by", async () => {
  const { story, onEvent } = listen();
  const cache = createCache({
    store: memoryStore(),
    onEvent,
    fetch: async (input) => {
      await (input as Request).text();
      return new Response(wholeAnswer(1));
    },
  });
  const body = JSON.stringify({ model: "m", messages: [] });
  const request = new Request(url, { method: "POST", body });
  await (await cache.fetch(request)).text();
  for (const asked of [cache.reject(request), cache.why(request)]) {
    await assert.rejects(asked, /the body of this Request was read.* `url` and `body`/);
  }
  assert.equal(await cache.reject({ url, body }), 1);
  assert.deepEqual(story(), ["miss"]);
});

test("reject: what a function is asked is no JSON text, it is the question", async () => {
  let calls = 0;
  const cache = createCache({ store: memoryStore(), namespace: "n" });
  const ask = cache.chat((_: string) => Promise.resolve(++calls));
  for (const question of ["hello", "7", '"quoted"']) {
    const before = await ask(question);
    const request = { url: "function", body: question };
    assert.equal((await cache.why(request)).status, "hit");
    assert.equal(await cache.reject(request), 1);
    assert.equal(await ask(question), before + 1);
  }
});

test("reject: by its request, a first call under way, whatever headers its SDK has sent", async () => {
  const { story, onEvent } = listen();
  const endpoint = "https://gateway.example/v1/chat/completions";
  const answers = [gate<Response>(), gate<Response>()];
  let calls = 0;
  const cache = createCache({
    store: memoryStore(),
    onEvent,
    headers: ["x-team"],
    fetch: () => answers[calls++]!.opened,
  });
  const body = { model: "m", stream: true, messages: [{ role: "user", content: "q" }] };
  const ask = async () => {
    const init = { method: "POST", headers: { "x-team": "a" }, body: JSON.stringify(body) };
    return await (await cache.fetch(endpoint, init)).text();
  };
  const first = ask();
  await settle();
  assert.equal(await cache.reject({ url: endpoint, body }), 0);
  const second = ask();
  await settle();
  assert.equal(calls, 2, "it does not join");
  for (const [index, answer] of answers.entries()) {
    answer.open(new Response(streamedParts(index + 1).join("")));
  }
  await Promise.all([first, second]);
  assert.deepEqual(story().sort(), ["miss", "miss rejected"]);
  assert.match(await ask(), /answer 2/);
});

for (
  const [name, isLate] of [["just being written", true], ["still to be written", false]] as const
) {
  test(`reject: of a batch items that are ${name} do not stay`, async () => {
    const memory = memoryStore();
    const writing = gate();
    let writes = 0;
    const store: CacheStore = {
      ...memory,
      async set(key, value) {
        // First the answer to the batch, then a slice of 64 items.
        if (++writes > (isLate ? 1 : 65)) await writing.opened;
        await memory.set(key, value);
      },
    };
    const openai = formats["openai-embeddings"]!;
    // The reader of an answer waits 500 ms for the items.
    const wait = (milliseconds: number) =>
      milliseconds === 500 ? Promise.resolve() : new Promise<void>(() => {});
    const { ask, cache, story } = stageOf(openai, { store, wait });
    const inputs = Array.from({ length: 70 }, (_, index) => `input ${index}`);
    await ask(inputs);
    await cache.reject({ url: openai.url, body: openai.ask(inputs) });
    writing.open();
    await settle();
    for await (const key of memory.keys()) assert.fail(key);
    await ask(inputs.slice(0, 2));
    assert.deepEqual(story(), ["miss", "miss"]);
  });
}
