import assert from "node:assert/strict";
import { test } from "node:test";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { memoryStore } from "../adapters/memory.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import {
  type Cache,
  type CacheStore,
  createCache,
  type PlainRequest,
  type Rejectable,
} from "../mod.ts";
import { sceneOf, url, wholeAnswer } from "./answers.ts";
import { json } from "./completions.ts";
import { formats, stageOf } from "./embedder.ts";
import { gate, settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { inTemporary } from "./places.ts";
import { onStage } from "./stage.ts";

/** What may be held of an answer. */
interface Held {
  readonly response: Response;
  readonly key: string;
  readonly id: string;
  readonly request: PlainRequest & { readonly body: string };
}

const ways: Readonly<Record<string, (held: Held) => Parameters<Cache["reject"]>[0]>> = {
  "the response": ({ response }) => response,
  "its headers": ({ response }) => response.headers,
  "its headers, as an object": ({ response }) => Object.fromEntries(response.headers),
  "the key of an event": ({ key }) => key,
  "the answer's id": ({ id }) => id,
  "a url and a body": ({ request: { url, body } }) => ({ url, body: JSON.parse(body) }),
  "a url and a body as text, streamed or not": ({ request: { url, body } }) => {
    const { stream = false, ...rest } = JSON.parse(body);
    return { url: new URL(String(url)), body: JSON.stringify({ stream: !stream, ...rest }) };
  },
  "a Request": ({ request: { url, body } }) => new Request(url, { method: "POST", body }),
};

for (const [name, holding] of Object.entries(ways)) {
  for (const stream of [false, true]) {
    test(`reject: by ${name}, ${stream ? "streamed" : "whole"}: it is gone, and the next is another`, async () => {
      const { ask, cache, bodyOf, events, story, out } = sceneOf();
      await ask({ stream });
      const { response } = await ask({ stream });
      await ask({ stream, n: 2 });
      const [, hit] = events;
      assert.ok(hit?.status === "hit");
      const request = { url, body: bodyOf({ stream }) };
      const held = { response, key: hit.key, id: "chatcmpl-1", request };
      assert.equal(await cache.reject(holding(held)), 1);
      assert.match((await ask({ stream })).text, /answer 3/);
      assert.match((await ask({ stream })).text, /answer 3/);
      await ask({ stream, n: 2 });
      assert.deepEqual(story(), ["miss", "hit", "miss", "miss", "hit", "hit"]);
      assert.equal(out(), 3);
      assert.equal(await cache.reject("chatcmpl-1"), 0, "another lies in its place");
      assert.match((await ask({ stream })).text, /answer 3/);
    });
  }
}

test("reject: what was never stored, or is not ours, removes nothing", async () => {
  const { ask, cache, story } = sceneOf();
  const { response } = await ask({}, {}, cache.with({ mode: "off" }));
  const plain = new Response("{}");
  const nothing: Rejectable[] = [
    response,
    plain,
    plain.headers,
    { "content-type": "text/plain" },
    "no such id",
    `${"0".repeat(64)}.whole`,
    { url, body: { model: "m", messages: [] } },
    { url: "https://api.openai.com/v1/files", body: {} },
    { url: "function", body: { model: "m" } },
  ];
  for (const what of nothing) assert.equal(await cache.reject(what), 0);
  assert.deepEqual(story(), ["bypass mode-off"]);
  for (const what of [undefined, null, 7, "", [], {}, () => {}, Symbol("x")] as never[]) {
    await assert.rejects(cache.reject(what), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /reject\(\) takes a Response/);
      return true;
    });
  }
  await cache.close();
  assert.equal(await cache.reject("id"), 0);
});

test("reject: both forms go, and other samples and namespaces stay", async () => {
  const { ask, cache, story } = sceneOf();
  await ask();
  await ask({ stream: true });
  const others = [cache.with({ namespace: "a" }), cache.with({ sample: 1 })];
  for (const face of others) await ask({}, {}, face);
  story();
  assert.equal(
    await cache.reject({ url, body: { messages: [{ role: "user", content: "q" }], model: "m" } }),
    2,
  );
  for (const face of others) await ask({}, {}, face);
  await ask();
  assert.deepEqual(story(), ["hit", "hit", "miss"]);
  const body = { model: "m", messages: [{ role: "user", content: "q" }] };
  assert.equal(await others[0]!.reject({ url, body }), 1, "of the face that is asked");
});

test("reject: an id of an earlier run is searched for, in every store", () =>
  inTemporary(async (dir) => {
    for (const open of [() => nodeFsStore({ dir }), ((store) => () => store)(memoryStore())]) {
      const before = sceneOf({ store: open() });
      for (let n = 1; n <= 40; n++) await before.ask({ n });
      // A new run knows of nothing; what the same store has seen in this one is another matter.
      const later = createCache({ store: { ...open() } });
      assert.equal(await later.reject("chatcmpl-7"), 1);
      assert.equal(await later.reject("chatcmpl-7"), 0);
      const ids: string[] = [];
      for await (const { id } of later.entries()) ids.push(id!);
      assert.equal(ids.length, 39);
      assert.ok(!ids.includes("chatcmpl-7"));
    }
  }));

/** An answer that comes as a test lets it. */
test("reject: what this run has met is found without a search", async () => {
  const memory = memoryStore();
  const store: CacheStore = {
    ...memory,
    keys() {
      throw new Error("a search");
    },
  };
  const { ask, cache, story } = sceneOf({ store });
  await ask();
  assert.equal(await cache.reject("chatcmpl-1"), 1, "recorded");
  await ask();
  const { cache: later, ask: askLater } = sceneOf({ store: { ...store } });
  await askLater();
  assert.equal(await later.reject("chatcmpl-2"), 1, "served");
  assert.deepEqual(story(), ["miss", "miss"]);
  assert.equal(await later.reject("chatcmpl-9"), 0);
});

test("reject: what the store cannot let go of is not served in this run", async () => {
  const memory = memoryStore();
  const broken: CacheStore = {
    ...memory,
    delete() {
      throw new Error("read-only");
    },
  };
  const { ask, cache, story, out } = sceneOf({ store: broken });
  const { response } = await ask();
  assert.equal(await cache.reject(response), 0);
  assert.match(story().join(), /^miss,fault delete/);
  const again = await ask();
  assert.equal(again.text, wholeAnswer(2));
  assert.match(again.response.headers.get("cache-status")!, /fwd=miss.*detail=rejected/);
  assert.equal((await ask()).text, wholeAnswer(2));
  assert.deepEqual(story(), ["miss rejected", "hit"]);
  assert.equal(out(), 2);
  // Another store may show for a while what it has let go of.
  const values = new Map<string, Uint8Array>();
  const late: CacheStore = {
    ...memory,
    get: (key) => values.get(key)?.slice() ?? null,
    head: (key) => values.get(key)?.slice() ?? null,
    set: (key, value) => void values.set(key, value.slice()),
    delete: () => {},
  };
  const other = sceneOf({ store: late });
  assert.equal(await other.cache.reject((await other.ask()).response), 1);
  assert.equal((await other.ask()).text, wholeAnswer(2));
});

test("reject: in replay mode the next call is a miss that says so", async () => {
  const store = { ...memoryStore(), delete: () => {} };
  const { ask, cache, story } = sceneOf({ store });
  const { response } = await ask();
  await cache.reject(response);
  const refused = await ask({}, {}, cache.with({ mode: "replay" }));
  assert.equal(refused.response.status, 400);
  assert.match(refused.text, /its answer was rejected/);
  assert.deepEqual(story(), ["miss", "replay-miss rejected"]);
});

test("reject: the same answer, got anew, is served", async () => {
  const { ask, cache, story } = sceneOf({ now: () => 0 }, () => new Response(wholeAnswer(1)));
  await cache.reject((await ask()).response);
  await ask();
  await ask();
  assert.deepEqual(story(), ["miss", "miss", "hit"]);
});

test("reject: caches on one store are one run", async () => {
  const store = { ...memoryStore(), delete: () => {} };
  const { ask, cache } = sceneOf({ store });
  const other = sceneOf({ store });
  await ask();
  const { response } = await other.ask();
  assert.equal(await cache.reject(response), 1);
  await other.ask();
  assert.deepEqual(other.story(), ["hit", "miss rejected"]);
});

test("reject: the answers of functions, by what they were asked", async () => {
  const { story, onEvent } = listen();
  let calls = 0;
  const cache = createCache({ store: memoryStore(), onEvent });
  const ask = cache.chat((_: { model: string; n?: number }) => Promise.resolve(++calls));
  assert.equal(await ask({ model: "m" }), 1);
  const other = await ask({ model: "m", n: 2 });
  const slow = gate<number>();
  const wait = cache.chat((_: { model: string }) => (calls++, slow.opened));
  const waiting = [wait({ model: "slow" })];
  await settle();
  await cache.reject({ url: "function", body: { model: "slow" } });
  waiting.push(wait({ model: "slow" }));
  await settle();
  assert.equal(calls, 4, "it does not join");
  slow.open(0);
  await Promise.all(waiting);
  assert.deepEqual(story().sort(), ["miss", "miss", "miss", "miss rejected"]);
  calls = 2;
  assert.equal(await cache.reject({ url: "function", body: { model: "m" } }), 1);
  assert.equal(await ask({ model: "m" }), 3);
  assert.equal(await ask({ model: "m", n: 2 }), other);
  assert.deepEqual(story(), ["miss", "hit"]);
});

test("reject: the headers that an SDK sends need not be known", async () => {
  const anthropic = "https://api.anthropic.com/v1/messages";
  const body = { model: "m", messages: [{ role: "user", content: "q" }], max_tokens: 9 };
  const message = {
    type: "message",
    content: [{ type: "text", text: "a" }],
    stop_reason: "end_turn",
  };
  const { story, onEvent } = listen();
  const cache = createCache({
    store: memoryStore(),
    onEvent,
    fetch: () => Promise.resolve(Response.json({ id: "msg_1", ...message })),
  });
  const headers = { "anthropic-version": "2023-06-01" };
  const ask = async () => {
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    await (await cache.fetch(anthropic, init)).text();
  };
  await ask();
  assert.equal(await cache.reject({ url: anthropic, body, headers: {} }), 0, "none, it says");
  assert.equal(await cache.reject({ url: anthropic, body, headers }), 1);
  await ask();
  assert.equal(await cache.reject({ url: anthropic, body }), 1);
  await ask();
  assert.deepEqual(story(), ["miss", "miss", "miss"]);
});

test("reject: of a batch neither the answer comes again nor one of its items", async () => {
  const openai = formats["openai-embeddings"]!;
  const { ask, cache, sent, story } = stageOf(openai);
  await ask(["a"]);
  await ask(["b"]);
  const request = (inputs: string[]) => ({ url: openai.url, body: openai.ask(inputs) });
  await ask(["a", "b"]);
  assert.deepEqual(story(), ["miss", "miss", "hit items"]);
  // By the request all of it is known: the answers to "a" and "b" alone stay, as they are other requests.
  assert.equal(await cache.reject(request(["a", "b"])), 2);
  await ask(["a", "b"]);
  assert.deepEqual(sent.at(-1)!.body, openai.ask(["a", "b"]));
  await ask(["a", "b"]);
  await ask(["a"]);
  assert.deepEqual(story(), ["miss", "hit", "hit"]);
  await cache.close();
});

test("reject: of a batch that was put together neither, by its key or where nothing can be removed", async () => {
  const openai = formats["openai-embeddings"]!;
  const stage = stageOf(openai, { store: { ...memoryStore(), delete: () => {} } });
  const { ask, cache, sent, story, events } = stage;
  await ask(["a"]);
  await ask(["b"]);
  await ask(["a", "b"]);
  const [, , hit] = events;
  assert.ok(hit?.status === "hit" && hit.detail === "items");
  assert.equal(await cache.reject(hit.key), 0, "it has no entry");
  await ask(["a", "b"]);
  assert.deepEqual(sent.at(-1)!.body, openai.ask(["a", "b"]));
  assert.deepEqual(story(), ["miss", "miss", "hit items", "miss"]);
  await cache.reject({ url: openai.url, body: openai.ask(["b"]) });
  await ask(["b", "c"]);
  assert.deepEqual(sent.at(-1)!.body, openai.ask(["b", "c"]));
  await cache.close();
});

test("reject: an answer that the SDK cannot parse goes by its request, and the retry is another", () =>
  onStage(async ({ endpoint, cache, client, story, out }) => {
    const schema = z.object({ city: z.string() });
    endpoint.answer((call) =>
      json({
        id: `chatcmpl-${call.number}`,
        object: "chat.completion",
        choices: [{
          index: 0,
          message: { role: "assistant", content: call.number === 1 ? "{}" : '{"city":"Bern"}' },
          finish_reason: "stop",
        }],
      })
    );
    const kept = cache();
    const openai = kept.chat(client());
    const body = {
      model: "m",
      messages: [{ role: "user" as const, content: "q" }],
      response_format: zodResponseFormat(schema, "place"),
    };
    await assert.rejects(openai.chat.completions.parse(body));
    await assert.rejects(openai.chat.completions.parse(body), "it is stored, and no better");
    assert.equal(out(), 1);
    assert.equal(await kept.reject({ url: `${endpoint.url}/chat/completions`, body }), 1);
    const { choices } = await openai.chat.completions.parse(body);
    assert.deepEqual(choices[0]?.message.parsed, { city: "Bern" });
    assert.deepEqual(story(), ["miss", "hit", "miss"]);
  }));
