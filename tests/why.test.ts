import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type Cache, type CacheStore, createCache, type DifferenceCause } from "../mod.ts";
import { later } from "./crowd.ts";
import { answerOf, onClock, question, URL_ } from "./on-clock.ts";

type Body = Record<string, unknown>;

const body = (content: unknown, more: Body = {}): Body => ({
  model: "m",
  messages: [{ role: "system", content: "Be kind." }, { role: "user", content }],
  ...more,
});

async function record(cache: Cache, body: Body, url = URL_): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(body) };
  await (await cache.fetch(url, init)).text();
}

/** Asks why, and tells each difference as `path cause`. */
async function differences(cache: Cache, body: Body, url = URL_): Promise<string[]> {
  const { nearest } = await cache.why({ url, body });
  return nearest?.differences.map(({ path, cause }) => `${path} ${cause}`) ?? [];
}

test("why: a hit, and one that has expired", async () => {
  const { cache, pass } = onClock({ ttl: 60 });
  await record(cache, body("hello"));
  pass(10);
  const hit = await cache.why({ url: URL_, body: body("hello") });
  const { message, key, ...rest } = hit;
  assert.match(key!, /^[0-9a-f]{64}\.whole$/);
  assert.match(
    message,
    /^llmcache: it is a hit, recorded 2026-\d\d-\d\dT.*Z: m at https:.*"hello"\.$/,
  );
  assert.deepEqual(rest, { status: "hit", recordedAt: 1_790_000_000_000, ttl: 50 });
  pass(100);
  const expired = await cache.why({ url: URL_, body: body("hello") });
  assert.deepEqual(
    { ...expired, message: "" },
    {
      status: "miss",
      message: "",
      detail: "expired",
      key,
      recordedAt: 1_790_000_000_000,
      ttl: -50,
    },
  );
  assert.match(expired.message, /its entry has expired: .* It was recorded 2026-/);
});

test("why: a request in every form it may have", async () => {
  const { cache, sent } = onClock();
  const text = JSON.stringify(body("hello"));
  await record(cache, body("hello"));
  const init = { method: "POST", body: text };
  for (
    const request of [
      { url: URL_, body: text },
      { url: new URL(URL_), body: JSON.parse(text) },
      { url: URL_, body: text, headers: new Headers({ "x-else": "1" }) },
      new Request(URL_, init),
    ]
  ) assert.equal((await cache.why(request)).status, "hit");
  const headers = { "cache-control": "llmcache-sample=1" };
  for (const each of [headers, new Headers(headers)]) {
    const { nearest } = await cache.why({ url: URL_, body: text, headers: each });
    assert.deepEqual(nearest?.differences, [
      { path: "sample", asked: 1, stored: 0, cause: "sample" },
    ]);
  }
  for (const wrong of [undefined, null, "x", {}, { url: URL_ }, { body: text }]) {
    await assert.rejects(cache.why(wrong as never), /`url` and `body`/);
  }
  assert.equal(sent.length, 1);
});

test("why: what is not cached", async () => {
  const { cache } = onClock();
  const cases: [string, object, string][] = [
    ["https://api.example.com/v1/models", {}, "unsupported-endpoint"],
    [
      "https://api.example.com/v1/responses",
      { model: "m", input: "", background: true },
      "background",
    ],
  ];
  for (const [url, body, detail] of cases) {
    const why = await cache.why({ url, body });
    assert.deepEqual([why.status, why.detail], ["bypass", detail]);
    assert.equal(why.message, `llmcache: it cannot be cached (${detail}).`);
  }
  const headers = { "cache-control": "llmcache-smaple=1" };
  const unclear = await cache.why({ url: URL_, body: body("hello"), headers });
  assert.match(unclear.hint!, /llmcache-smaple/);
  assert.match(unclear.message, /Hint: `llmcache-smaple=1` in Cache-Control/);
  await cache.close();
  assert.equal((await cache.why({ url: URL_, body: body("hello") })).detail, "cache-closed");
});

const tool = (name: string, more: Body = {}) => ({
  type: "function",
  function: { name, parameters: { type: "object", properties: {}, ...more } },
});
const schema = (properties: Body) => ({ tools: [tool("a", { properties })] });

/** What was stored, what is asked, and what the differences come from. */
const pairs: Readonly<Record<string, [Body, Body, string, DifferenceCause]>> = {
  "a date": [
    body("Today is 2026-11-25."),
    body("Today is 2026-11-26."),
    "body.messages.1.content",
    "timestamp",
  ],
  "a date and a time in words": [
    body("It is Wednesday, November 25, 2026 at 9:05 AM. Hello"),
    body("It is Thursday, November 26, 2026 at 11:45 PM. Hello"),
    "body.messages.1.content",
    "timestamp",
  ],
  "a time of ISO 8601": [
    body("Now: 2026-11-25T15:47:25.123Z"),
    body("Now: 2026-11-25T15:48:01+01:00"),
    "body.messages.1.content",
    "timestamp",
  ],
  "seconds since 1970": [
    body("at 1790000000"),
    body("at 1790000061"),
    "body.messages.1.content",
    "timestamp",
  ],
  "seconds since 1970 as a number": [
    body("hi", { deadline: 1790000000 }),
    body("hi", { deadline: 1790000061 }),
    "body.deadline",
    "timestamp",
  ],
  "a UUID": [
    body("Run 0b0c2f0e-6a5e-4a6e-9d2c-0f6f3a1f2b3c."),
    body("Run 7f3f5a52-51bb-4d8c-8a0c-4d5b0d0f3a11."),
    "body.messages.1.content",
    "id",
  ],
  "a temporary folder": [
    body("See /tmp/agent-x8fk2js9/out.txt"),
    body("See /tmp/agent-pq01mz77/out.txt"),
    "body.messages.1.content",
    "id",
  ],
  "a member named for an id": [
    body("hi", { session_id: "first" }),
    body("hi", { session_id: "second" }),
    "body.session_id",
    "id",
  ],
  "a time and an id": [
    body("2026-11-25 run_a1b2c3d4"),
    body("2026-11-26 run_e5f6a7b8"),
    "body.messages.1.content",
    "timestamp",
  ],
  "line ends": [
    body("one\r\ntwo "),
    body("one\ntwo"),
    "body.messages.1.content",
    "whitespace",
  ],
  "the order of tools": [
    body("hi", { tools: [tool("a"), tool("b"), tool("c")] }),
    body("hi", { tools: [tool("b"), tool("a"), tool("c")] }),
    "body.tools",
    "order",
  ],
  "the order in a schema": [
    body("hi", schema({ x: { type: "string" }, y: { type: "string" } })),
    body("hi", schema({ y: { type: "string" }, x: { type: "string" } })),
    "body.tools.0.function.parameters.properties",
    "order",
  ],
  "the model": [
    body("hi", { model: "gpt-4.1" }),
    body("hi", { model: "gpt-4.1-mini" }),
    "body.model",
    "model",
  ],
  "a member more": [body("hi"), body("hi", { seed: 1 }), "body.seed", "added"],
  "a member less": [body("hi", { seed: 1 }), body("hi"), "body.seed", "missing"],
  "a null": [body("hi", { seed: null }), body("hi", { seed: 1 }), "body.seed", "value"],
  "a number": [
    body("hi", { temperature: 0 }),
    body("hi", { temperature: 1 }),
    "body.temperature",
    "value",
  ],
  "a word": [body("Hello world"), body("Hello worlds"), "body.messages.1.content", "value"],
  "another kind of value": [
    body("hi"),
    body([{ type: "text", text: "hi" }]),
    "body.messages.1.content",
    "value",
  ],
};

for (const [name, [stored, asked, path, cause]] of Object.entries(pairs)) {
  test(`why: ${name}`, async () => {
    const { cache } = onClock();
    await record(cache, stored);
    const why = await cache.why({ url: URL_, body: asked });
    assert.deepEqual(why.nearest?.differences.map(({ path, cause }) => [path, cause]), [[
      path,
      cause,
    ]]);
    assert.equal(why.compared, 1);
    const { differences: [difference] } = why.nearest!;
    const at = (value: unknown) =>
      path.split(".").slice(1).reduce((inner, name) => (inner as Body)?.[name], value);
    assert.deepEqual([difference!.asked, difference!.stored], [at(asked), at(stored)]);
  });
}

test("why: another place, namespace, header", async () => {
  const { cache } = onClock();
  const elsewhere = "https://eu.example.com/v1/chat/completions";
  await record(cache.with({ namespace: "team" }), body("hello"));
  assert.deepEqual(await differences(cache, body("hello")), ["namespace namespace"]);
  assert.deepEqual(await differences(cache.with({ namespace: "team" }), body("hello"), elsewhere), [
    "target.origin target",
  ]);
  const query = `${URL_}?api-version=1`;
  assert.deepEqual(await differences(cache.with({ namespace: "team" }), body("hello"), query), [
    "target.query target",
  ]);
  const headers = { "openai-beta": "x" };
  const { nearest } = await cache.with({ namespace: "team" }).why({
    url: URL_,
    body: body("hello"),
    headers,
  });
  assert.deepEqual(nearest?.differences, [
    { path: "headers.openai-beta", asked: "x", cause: "header" },
  ]);
});

test("why: a value of the query that is not shown is not told either", async () => {
  const store = memoryStore();
  const { cache } = onClock({ store });
  await record(cache, body("hello"), `${URL_}?flag=marker-one`);
  const why = await cache.why({ url: `${URL_}?flag=marker-two`, body: body("hello") });
  assert.deepEqual(why.nearest?.differences, []);
  assert.match(why.message, /is the same in all that was kept.*query/);
  assert.doesNotMatch(JSON.stringify(why), /marker|sha256/);
  for await (const key of store.keys()) {
    assert.doesNotMatch(new TextDecoder().decode((await store.get(key))!), /marker|sha256/);
  }
});

test("why: an item put in moves the rest, and is one difference", async () => {
  const { cache } = onClock();
  const turns = (...contents: string[]) => ({
    model: "m",
    messages: contents.map((content) => ({ role: "user", content })),
  });
  await record(cache, turns("one", "two", "three"));
  assert.deepEqual(await differences(cache, turns("one", "new", "two", "three")), [
    "body.messages.1 added",
  ]);
  assert.deepEqual(await differences(cache, turns("two", "three")), ["body.messages.0 missing"]);
});

test("why: the nearest is the one with the least that differs, of equals the newest", async () => {
  const { cache, pass } = onClock();
  const long = "A prompt of some length, in which little differs. ".repeat(20);
  await record(cache, body(`${long}one`, { seed: 1 }));
  pass(1);
  await record(cache, body(`${long}two`));
  pass(1);
  await record(cache, body("something else altogether", { seed: 1 }));
  pass(1);
  await record(cache, body(`${long}six`));
  const { nearest, compared } = await cache.why({ url: URL_, body: body(`${long}ten`) });
  assert.equal(compared, 4);
  assert.equal(nearest?.recordedAt, 1_790_000_003_000);
  const { nearest: other } = await cache.why({ url: URL_, body: body(`${long}one`) });
  assert.deepEqual(other?.differences.map(({ path }) => path), ["body.messages.1.content"]);
});

test("why: of one wire format", async () => {
  const answer = {
    id: "r",
    object: "response",
    status: "completed",
    output: [{ type: "message" }],
  };
  const { cache, story } = onClock(
    {},
    (number) => number === 1 ? new Response(answerOf(number)) : Response.json(answer),
  );
  await record(cache, { model: "other", messages: [{ role: "user", content: "else" }] });
  const url = "https://api.example.com/v1/responses";
  await record(cache, { ...body("one"), input: "one" }, url);
  assert.deepEqual(story(), ["miss", "miss"]);
  const { nearest, compared } = await cache.why({ url: URL_, body: body("one") });
  assert.equal(compared, 1);
  assert.deepEqual(nearest?.differences[0]?.path, "body.messages.0.content");
});

test("why: of the newest 200 only", async () => {
  const { cache, pass } = onClock();
  await record(cache, body("number 0", { seed: 7 }));
  for (let number = 1; number <= 200; number++) {
    pass(1);
    await record(cache, body(`number ${number}`));
  }
  const { nearest, compared } = await cache.why({ url: URL_, body: body("number 0", { seed: 8 }) });
  assert.equal(compared, 200);
  assert.deepEqual(nearest?.differences.map(({ path }) => path), [
    "body.messages.1.content",
    "body.seed",
  ]);
});

test("why: on every kind of store, and with some that are broken", async () => {
  const memory = memoryStore();
  const { cache } = onClock({ store: memory });
  for (const content of ["one", "two", "three"]) await record(cache, body(content));
  const { head: _, getMany: __, ...plain } = memory;
  for (const store of [memory, plain, later(memory)]) {
    const face = createCache({ store });
    assert.deepEqual(await differences(face, body("twos")), ["body.messages.1.content value"]);
  }
  const broken: Partial<CacheStore>[] = [
    { getMany: undefined, get: () => new Uint8Array(9) },
    {
      async *keys() {
        yield* [];
        throw new Error("broken");
      },
    },
  ];
  for (const verbs of broken) {
    const face = createCache({ store: { ...memory, ...verbs } as CacheStore });
    const why = await face.why({ url: URL_, body: body("twos") });
    assert.equal(why.status, "miss");
    assert.equal(why.nearest, undefined);
    assert.match(why.message, /No openai-chat request to compare it with is stored\.$/);
  }
});

test("why: says what cannot be compared", async () => {
  const { cache } = onClock();
  await record(cache.with({ storeRequest: false }), body("one"));
  const why = await cache.why({ url: URL_, body: body("two") });
  assert.deepEqual([why.nearest, why.compared, why.unkept], [undefined, 0, 1]);
  assert.match(why.message, /1 more openai-chat request stored without .*`storeRequest: false`/);
  await record(cache, body("three"));
  const { nearest, compared, unkept } = await cache.why({ url: URL_, body: body("two") });
  assert.deepEqual([nearest?.differences.length, compared, unkept], [1, 1, 1]);
  assert.equal((await cache.why({ url: URL_, body: body("one") })).status, "hit");
});

test("why: in the words of the hooks", async () => {
  const { cache } = onClock({
    ignore: ["body.seed"],
    key: ({ v, api, body }) => ({ v, api, body }),
  });
  await record(cache, body("one", { seed: 1 }));
  assert.deepEqual(await differences(cache.with({ namespace: "x" }), body("two", { seed: 2 })), [
    "body.messages.1.content value",
  ]);
});

test("why: names of what every object has are names like others", async () => {
  const { cache } = onClock({
    key: ({ body }) => ({ constructor: JSON.stringify(body), toString: "x" }) as never,
  });
  await record(cache, body("one"));
  assert.deepEqual(await differences(cache, body("two")), ["constructor value"]);
});

test("why: a long text is looked at once, not from each of its letters", async () => {
  const { cache } = onClock();
  const long = "word ".repeat(1e5) + "x".repeat(1e6); // That would be an hour.
  await record(cache, body(`${long}a`));
  assert.deepEqual(await differences(cache, body(`${long}b`)), ["body.messages.1.content value"]);
});

test("why: credentials in the body are not told", async () => {
  const { cache } = onClock();
  const secret = (authorization: string) => body("hi", { api_key: authorization });
  await record(cache, { ...secret("marker-one"), seed: 1 });
  const why = await cache.why({ url: URL_, body: { ...secret("marker-two"), seed: 2 } });
  assert.deepEqual(why.nearest?.differences.map(({ path }) => path), ["body.seed"]);
  assert.doesNotMatch(JSON.stringify(why), /marker/);
});

test("why: of a cached function", async () => {
  const { cache } = onClock();
  const ask = cache.chat((_: { model: string; prompt: string }) => Promise.resolve(1));
  await ask({ model: "m", prompt: "one" });
  const asked = (prompt: string) => cache.why({ url: "function", body: { model: "m", prompt } });
  assert.equal((await asked("one")).status, "hit");
  const { nearest } = await asked("two");
  assert.deepEqual(nearest?.differences, [
    { path: "body.prompt", asked: "two", stored: "one", cause: "value" },
  ]);
  assert.equal((await cache.why({ url: "function", body: {} })).detail, "unnamed-model");
});

test("replay miss: says which request comes nearest, and in what it differs, in no more than so much", async () => {
  const { cache } = onClock();
  const replay = cache.with({ mode: "replay" });
  const message = async (body: Body) => {
    const response = await replay.fetch(URL_, { method: "POST", body: JSON.stringify(body) });
    assert.equal(response.status, 400);
    return (await response.json()).error.message as string;
  };
  assert.equal(
    await message(body("hello")),
    "llmcache: in replay mode nothing goes out, and it is not in the cache: " +
      'm at https://api.example.com/v1/chat/completions: "hello". No openai-chat request to compare ' +
      'it with is stored. Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=auto).',
  );
  await record(cache, body("It is 9:05. Hello", { seed: 1 }));
  assert.equal(
    await message(body("It is 9:06. Hello", { seed: 2 })),
    "llmcache: in replay mode nothing goes out, and it is not in the cache: " +
      'm at https://api.example.com/v1/chat/completions: "It is 9:06. Hello". The only ' +
      "stored openai-chat request, recorded 2026-09-21T14:13:20.000Z, differs: " +
      'body.messages.1.content asked "It is 9:06. Hello", stored "It is 9:05. Hello" (a timestamp); ' +
      'body.seed asked 2, stored 1. Record it once with mode "auto" or "refresh" (LLMCACHE_MODE=auto).',
  );
  const flood = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`m${at}`, "👋".repeat(999)]),
  );
  const long = await message(body(`${"x".repeat(5000)}y${"z".repeat(5000)}`, flood));
  assert.ok(long.length < 2000, String(long.length));
  assert.match(long, /; and \d+ more differences\./);
  assert.doesNotMatch(
    long,
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
  );
  await record(cache, body(`${"x".repeat(5000)}Y${"z".repeat(5000)}`));
  const near = await message(body(`${"x".repeat(5000)}y${"z".repeat(5000)}`));
  assert.match(near, /asked "…x{20}yz{69}…", stored "…x{20}Yz{69}…"\./);
});

test("replay miss: of a function", async () => {
  const { cache, events } = onClock();
  const ask = (_: { model: string; prompt: string }) => Promise.resolve(1);
  await cache.chat(ask)({ model: "m", prompt: "one" });
  const replayed = cache.with({ mode: "replay" }).chat(ask);
  await assert.rejects(replayed({ model: "m", prompt: "two" }), {
    name: "LlmcacheError",
    code: "llmcache_replay_miss",
    message: /The only stored function request.*body\.prompt asked "two", stored "one"\./,
  });
  const event = events.at(-1);
  assert.ok(event?.status === "replay-miss" && event.dialect === "function" && event.model === "m");
});

test("replay miss: under only-if-cached the error says as much", async () => {
  const { cache, events } = onClock();
  await record(cache, body("one"));
  const response = await cache.fetch(URL_, question("only-if-cached"));
  const { error: { message } } = await response.json();
  assert.match(
    message,
    /the call is only-if-cached, and it is not in the cache.*only stored/,
  );
  assert.match(response.headers.get("cache-status")!, /detail=only-if-cached$/);
  const event = events.at(-1);
  assert.ok(event?.status === "replay-miss" && event.reason === "only-if-cached");
});
