import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import {
  cachedChat,
  type CacheOptions,
  type CacheStore,
  createCache,
  type KeyDocument,
} from "../mod.ts";
import { json } from "./completions.ts";
import { listen } from "./listen.ts";

const url = "https://api.openai.com/v1/chat/completions";
const body = { model: "m", messages: [{ role: "user", content: "q" }] };
const answer = json({
  id: "x",
  choices: [{ index: 0, message: { role: "assistant", content: "a" }, finish_reason: "stop" }],
}).body as string;
const message = JSON.stringify({
  id: "msg_1",
  type: "message",
  content: [{ type: "text", text: "a" }],
  stop_reason: "end_turn",
});

/** A cache whose provider always answers the same, and what went out. */
function scene(options: CacheOptions) {
  const store = options.store ?? memoryStore();
  const { story, events, onEvent } = listen();
  const sent: string[] = [];
  const cache = createCache({
    store,
    onEvent,
    fetch(input, init) {
      sent.push(String(init?.body));
      return Promise.resolve(new Response(String(input).includes("messages") ? message : answer));
    },
    ...options,
  });
  const ask = async (more: object | string = {}, init: RequestInit = {}, to = url) => {
    const text = typeof more === "string" ? more : JSON.stringify({ ...body, ...more });
    const response = await cache.fetch(to, { method: "POST", body: text, ...init });
    return { status: response.status, text: await response.text() };
  };
  return { store, cache, ask, story, events, sent };
}

async function entriesOf(store: CacheStore): Promise<string[]> {
  const texts: string[] = [];
  for await (const key of store.keys()) {
    texts.push(new TextDecoder().decode((await store.get(key))!));
  }
  return texts;
}

test("hooks: what is ignored does not count, everything else does", async () => {
  const messages = (content: unknown, id?: string) => [
    { role: "system", content: "s" },
    { role: "user", content, ...(id && { id }) },
  ];
  const rows: [path: string, same: object[], other: object[]][] = [
    ["body.seed", [{ seed: 1 }, { seed: 2 }, {}], [{ seed: 1, n: 2 }]],
    ["body.messages.*.id", [
      { messages: messages("q", "a") },
      { messages: messages("q", "b") },
      { messages: messages("q") },
    ], [{ messages: messages("p", "a") }, { messages: messages({ id: "a" }) }, {
      messages: messages({ id: "b" }),
    }]],
    ["body.messages.0", [
      { messages: messages("q") },
      { messages: [{ role: "system", content: "other" }, messages("q")[1]] },
      { messages: [null, messages("q")[1]] },
    ], [{ messages: [messages("q")[1]] }, { messages: messages("p") }]],
    ["body.*.0", [{ stop: ["a"] }, { stop: ["b"] }], [{ stop: "a" }, { stop: ["a", "b"] }]],
    ["body.options.run.id", [{ options: { run: { id: 1 } } }, { options: { run: {} } }], [
      { options: { run: 1 } },
      { options: { id: 1 } },
      { options: { run: { id: 1, x: 1 } } },
    ]],
    ["body.__proto__.isPrototypeOf", [{}], [{ isPrototypeOf: 1 }]],
  ];
  for (const [path, same, others] of rows) {
    const { ask, story } = scene({ ignore: [path] });
    for (const more of same) await ask(more);
    assert.deepEqual(story(), ["miss", ...same.slice(1).map(() => "hit")], path);
    for (const more of others) await ask(more);
    assert.deepEqual(story(), others.map(() => "miss"), path);
  }
  assert.ok("isPrototypeOf" in {}, "it leads into the document, not into the language");
});

test("hooks: the address and a header can be ignored; two paths are two paths", async () => {
  const { ask, story } = scene({ ignore: ["target.origin", "headers.openai-beta", "body.seed"] });
  const beta = (value: string) => ({ headers: { "openai-beta": value } });
  await ask({}, beta("a"));
  await ask({ seed: 1 }, beta("b"), "http://127.0.0.1:8000/v1/chat/completions");
  assert.deepEqual(story(), ["miss", "hit"]);
  await ask({}, beta("a"), "https://api.openai.com/v2/chat/completions");
  assert.deepEqual(story(), ["miss"]);
});

test("hooks: `key` gets a document of its own, and what changes nothing changes no key", async () => {
  const seen: KeyDocument[] = [];
  const store = memoryStore();
  const plain = scene({ store });
  const hooked = scene({
    store,
    namespace: "",
    headers: ["X-Route"],
    key(document) {
      seen.push(structuredClone(document));
      return document;
    },
  });
  const call = {
    tool_calls: [{ id: "call_9", type: "function", function: { arguments: "{}", name: "f" } }],
    role: "assistant",
  };
  const more = {
    user: "u",
    stream: false,
    messages: [call, { role: "tool", tool_call_id: "call_9", content: "r" }],
    tools: [{ type: "mcp", headers: { authorization: "sk-MARKER" } }],
  };
  await plain.ask(more);
  await hooked.ask(more, { headers: { authorization: "Bearer sk-MARKER" } });
  assert.deepEqual(hooked.story(), ["hit"]);
  await hooked.ask(more, { headers: { "x-route": "r" } }, `${url}?api_key=sk-MARKER&alt=x`);
  assert.deepEqual(hooked.story(), ["miss"]);
  assert.deepEqual(seen, [
    {
      v: 1,
      api: "openai-chat",
      target: { origin: "https://api.openai.com", path: "/v1/chat/completions" },
      namespace: "",
      sample: 0,
      headers: {},
      body: {
        messages: [
          {
            role: "assistant",
            tool_calls: [{ function: { arguments: "{}", name: "f" }, id: 0, type: "function" }],
          },
          { content: "r", role: "tool", tool_call_id: 0 },
        ],
        model: "m",
        tools: [{ type: "mcp" }],
      },
    },
    {
      ...seen[0],
      target: { ...seen[0]!.target as object, query: [["alt", "x"]] },
      headers: { "x-route": "r" },
    },
  ]);
  // A body that JSON does not keep is there as its text.
  await hooked.ask('{"model":"m", "messages":[]}');
  const { body: _, ...rest } = seen[0]!;
  assert.deepEqual(seen.at(-1), { ...rest, raw: '{"model":"m", "messages":[]}' });
  // What is ignored is gone before, and in a list there is a `null`.
  const { cache, story } = hooked;
  const face = cache.with({ ignore: ["body.seed", "body.stop.0"] });
  const init = { method: "POST", body: JSON.stringify({ ...body, seed: 1, stop: ["a", "b"] }) };
  await face.fetch(url, init);
  assert.deepEqual(seen.at(-1)?.body, { messages: body.messages, model: "m", stop: [null, "b"] });
  assert.deepEqual(story().at(-1), "miss");
});

test("hooks: what `key` returns is the identity, but no format answers for another", async () => {
  const last = scene({
    key: ({ body }) => ({ last: (body?.messages as unknown[] | undefined)?.at(-1), x: undefined }),
  });
  await last.ask();
  await last.ask({ model: "other", temperature: 1 });
  assert.deepEqual(last.story(), ["miss", "hit"]);
  await last.ask({ messages: [{ role: "user", content: "p" }] });
  assert.deepEqual(last.story(), ["miss"]);
  const all = scene({ key: () => ({ v: 7, api: "mine" }) });
  await all.ask();
  const { text } = await all.ask({ n: 2 }, {}, "https://api.anthropic.com/v1/messages");
  assert.equal(text, message);
  await all.ask({ model: "other" });
  assert.deepEqual(all.story(), ["miss", "miss", "hit"]);
});

test("hooks: `normalize` changes what counts, not what goes out, is stored or is read", async () => {
  const seen: string[] = [];
  const { ask, story, sent, store } = scene({
    normalize(text) {
      seen.push(text);
      return text.replaceAll(/\d\d:\d\d/g, "some time").replace('"stream":true', '"stream":false');
    },
  });
  const at = (time: string) => ({ messages: [{ role: "user", content: `At ${time}` }] });
  await ask(at("10:15"));
  await ask(at("11:30"));
  assert.deepEqual(story(), ["miss", "hit"]);
  assert.deepEqual(sent, [JSON.stringify({ ...body, ...at("10:15") })]);
  const [entry] = await entriesOf(store);
  assert.ok(entry!.includes("At 10:15") && !entry!.includes("some time"));
  await ask({ ...at("12:00"), api_key: "sk-MARKER" });
  assert.deepEqual(story(), ["hit"]);
  assert.equal(seen.at(-1), JSON.stringify({ ...body, ...at("12:00"), api_key: "[redacted]" }));
  await ask({ ...at("12:00"), stream: true });
  assert.deepEqual(story(), ["miss lossy cut"], "a stream is one");
});

test("hooks: `normalize` sees bodies that JSON does not keep, unless they may hold credentials", async () => {
  const { ask, story } = scene({ normalize: (text) => JSON.stringify(JSON.parse(text)) });
  await ask();
  await ask(JSON.stringify(body, null, 2));
  assert.deepEqual(story(), ["miss", "hit"]);
  await ask(JSON.stringify({ ...body, api_key: "sk-MARKER" }, null, 2));
  assert.deepEqual(story(), ["bypass credential-in-raw-body"]);
  const plain = scene({ normalize: () => "no JSON" });
  await plain.ask();
  await plain.ask({ n: 2 });
  assert.deepEqual(plain.story(), ["miss", "hit"]);
});

test("hooks: one that fails or answers with rubbish is a bypass that says what to do", async () => {
  const late = () => Promise.reject(new Error("too late"));
  const cycle: { self?: object } = {};
  cycle.self = cycle;
  const boom = () => {
    throw new Error("boom");
  };
  const rows: [hook: "key" | "normalize", run: unknown, hint: RegExp][] = [
    ["key", boom, /`key` threw: boom/],
    ["key", () => {
      throw Object.create(null);
    }, /`key` threw: an object/],
    ["key", late, /`key` must return the document .* at once; it returned a promise/],
    ["key", () => undefined, /returned undefined/],
    ["key", () => null, /returned null/],
    ["key", () => "text", /returned a text/],
    ["key", () => [], /returned an array/],
    ["key", () => ({ when: new Date(0) }), /no dates/],
    ["key", () => new Map([["a", 1]]), /no dates, maps/],
    ["key", () => ({ list: [undefined] }), /JSON keeps/],
    ["key", () => ({ temperature: NaN }), /JSON keeps/],
    ["key", () => cycle, /JSON keeps/],
    ["normalize", boom, /`normalize` threw: boom/],
    ["normalize", late, /`normalize` must return the text .* it returned a promise/],
    ["normalize", () => undefined, /returned undefined/],
    ["normalize", () => ({}), /returned an object/],
  ];
  for (const [hook, run, hint] of rows) {
    const { ask, events, story, sent, store } = scene({ [hook]: run });
    for (let turn = 0; turn < 2; turn++) assert.equal((await ask()).text, answer);
    const [event] = events;
    assert.ok(event?.status === "bypass", String(run));
    assert.equal(event.detail, `${hook}-hook`);
    assert.match(event.hint!, hint);
    assert.deepEqual(story(), [`bypass ${hook}-hook`, `bypass ${hook}-hook`]);
    assert.deepEqual([sent.length, await entriesOf(store)], [2, []]);

    const replay = scene({ [hook]: run, mode: "replay" });
    const refused = await replay.ask();
    assert.equal(refused.status, 400);
    assert.match(
      JSON.parse(refused.text).error.message,
      new RegExp(`${hook}-hook.*${hint.source}`),
    );
    assert.deepEqual([replay.sent, replay.story()], [[], [`replay-miss ${hook}-hook`]]);
  }
});

test("hooks: one that changes its mind is asked each time", async () => {
  let run = 0;
  for (
    const hooks of [
      { key: (document: KeyDocument) => ({ ...document, run }) },
      { normalize: (text: string) => text + run },
    ]
  ) {
    const { ask, story } = scene(hooks);
    await ask();
    await ask();
    run++;
    await ask();
    assert.deepEqual(story(), ["miss", "hit", "miss"]);
  }
});

test("hooks: named headers count and are stored, others do neither", async () => {
  const { ask, story, store } = scene({ headers: ["X-Route", "openai-beta"] });
  const secret = { authorization: "sk-MARKER", "x-other": "MARKER" };
  await ask({}, { headers: { "x-route": "fast", ...secret } });
  await ask({}, { headers: { "X-ROUTE": "fast" } });
  assert.deepEqual(story(), ["miss", "hit"]);
  const [entry] = await entriesOf(store);
  assert.ok(entry!.includes('"headers":{"x-route":"fast"}') && !entry!.includes("MARKER"));
  await ask({}, { headers: { "x-route": "slow" } });
  await ask();
  assert.deepEqual(story(), ["miss", "miss"]);
});

test("hooks: each face has its own, and the store is one", async () => {
  const { cache, story } = scene({ ignore: ["body.seed"] });
  const ask = async (face: typeof cache, more: object) => {
    const init = { method: "POST", body: JSON.stringify({ ...body, ...more }) };
    await (await face.fetch(url, init)).text();
  };
  const other = cache.with({ ignore: ["body.n"] });
  const exact = cache.with({ ignore: [] });
  await ask(cache, { seed: 1 });
  await ask(cache, { seed: 2 });
  await ask(other, { n: 2 });
  await ask(exact, {});
  assert.deepEqual(story(), ["miss", "hit", "hit", "hit"]);
  await ask(other, { seed: 1 });
  await ask(exact, { seed: 2 });
  assert.deepEqual(story(), ["miss", "miss"]);
});

test("hooks: functions have them too", async () => {
  const { story, events, onEvent } = listen();
  const store = memoryStore();
  const seen: KeyDocument[] = [];
  let calls = 0;
  type Request = { model: string; prompt: string; run?: number };
  const ask = (_: Request) => Promise.resolve(++calls);
  const cached = cachedChat(ask, {
    store,
    onEvent,
    ignore: ["body.run"],
    normalize: (text) => text.toLowerCase(),
    key(document) {
      seen.push(structuredClone(document));
      return document;
    },
  });
  assert.equal(await cached({ model: "m", prompt: "Hi", run: 1 }), 1);
  assert.equal(await cached({ model: "m", prompt: "hi", run: 2 }), 1);
  assert.equal(await cachedChat(ask, { store, onEvent })({ model: "m", prompt: "hi" }), 1);
  assert.deepEqual(story(), ["miss", "hit", "hit"]);
  assert.deepEqual(seen[0], {
    v: 1,
    api: "function",
    target: "function",
    namespace: "",
    sample: 0,
    headers: {},
    body: { model: "m", prompt: "hi" },
  });
  const broken = cachedChat(ask, { store, onEvent, key: () => [] as never });
  assert.equal(await broken({ model: "m", prompt: "hi" }), 2);
  const [event] = events;
  assert.match(event?.status === "bypass" ? event.hint! : "", /`key` must return the document/);
  assert.deepEqual(story(), ["bypass key-hook"]);
  const refused = cachedChat(ask, { store, mode: "replay", key: () => [] as never });
  await assert.rejects(refused({ model: "m", prompt: "hi" }), /key-hook.*`key` must return/);
});
