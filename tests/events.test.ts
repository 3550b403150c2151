import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, type CacheOptions, createCache } from "../mod.ts";
import { later } from "./crowd.ts";
import { gate, settle } from "./gate.ts";
import { answerOf, onClock, question, URL_ } from "./on-clock.ts";

type Asked = { cacheControl?: string; signal?: AbortSignal; url?: string; model?: string };

/** A stage on which calls are counted, beside what is told of them. */
function counting(options: CacheOptions = {}, respond?: Parameters<typeof onClock>[1]) {
  const stage = onClock(options, respond);
  let calls = 0;
  const call = async (
    { cacheControl, signal, url = URL_, model = "m" }: Asked = {},
    face = stage.cache,
  ) => {
    calls++;
    const init = { ...question(cacheControl, { model }), ...(signal && { signal }) };
    try {
      return await (await face.fetch(url, init)).text();
    } catch {
      return "failed";
    }
  };
  return {
    ...stage,
    call,
    /** Demands one event for each call, none of a fault, and tells them. */
    told() {
      assert.equal(stage.events.length, calls, JSON.stringify(stage.events));
      calls = 0;
      return stage.story();
    },
  };
}

test("events: one for each call, whatever becomes of it", async () => {
  let respond = (number: number): Response => new Response(answerOf(number));
  const { call, cache, pass, told, events } = counting(
    { ttl: 60, staleIfError: "1h" },
    (number) => respond(number),
  );
  await call();
  await call();
  await call({ cacheControl: "no-cache" });
  await call({ cacheControl: "no-store" });
  await call({ cacheControl: "max-age=x" });
  await call({ cacheControl: "only-if-cached", model: "n" });
  await call({ url: "https://api.example.com/v1/models" });
  for (const mode of ["replay", "refresh", "off"] as const) {
    await call({}, cache.with({ mode }));
    await call({ model: mode }, cache.with({ mode }));
  }
  assert.deepEqual(told(), [
    "miss",
    "hit",
    "refresh",
    "bypass no-store",
    "bypass unclear-directive",
    "replay-miss",
    "bypass unsupported-endpoint",
    ...["hit", "replay-miss", "refresh", "refresh", "bypass mode-off", "bypass mode-off"],
  ]);
  pass(100);
  respond = () => new Response("{}", { status: 500 });
  await call();
  await call({ model: "new" });
  await call({ cacheControl: "no-store" });
  respond = () => {
    throw new TypeError("fetch failed");
  };
  await call();
  await call({ model: "new" });
  await call({ cacheControl: "no-store" });
  respond = () => ({ json: () => Promise.resolve(1) }) as Response;
  await call({ model: "foreign" });
  respond = () => new Response(null, { status: 204 });
  await call({ model: "empty" });
  assert.deepEqual(told(), [
    ...["stale", "miss status 500", "bypass no-store"],
    ...["stale", "miss network-error", "bypass no-store"],
    ...["miss foreign-response", "miss empty"],
  ]);
  await cache.close();
  await call();
  assert.deepEqual(told(), ["bypass cache-closed"]);
  for (const event of events) {
    assert.equal(typeof (event as { milliseconds: number }).milliseconds, "number");
  }
});

test("events: one for each caller who leaves, wherever the call is then", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  const before = counting();
  await before.call({ signal: aborted });
  assert.deepEqual(before.events.map(({ status, ...rest }) => ({ status, ...rest })), [
    { status: "cancelled", milliseconds: 0, url: URL_ },
  ]);
  before.told();
  await before.call({ signal: aborted, url: "https://api.example.com/v1/models" });
  assert.deepEqual(before.told(), ["cancelled"]);

  const store = memoryStore();
  const looking = counting({ store: later(store) });
  await looking.call();
  for (const model of ["m", "other"]) {
    const abort = new AbortController();
    const called = looking.call({ signal: abort.signal, model });
    abort.abort(new Error("enough"));
    assert.equal(await called, "failed");
  }
  const [, hit] = looking.events;
  assert.ok(hit?.status === "cancelled" && hit.dialect === "openai-chat" && hit.model === "m");
  assert.deepEqual(looking.told(), ["miss", "cancelled", "cancelled"]);
});

test("events: one for the caller who leads and for each who joins, whoever leaves", async () => {
  for (const leaving of ["the leader", "one who joined", "all"]) {
    const door = gate();
    const { call, told } = counting({}, async (number) => {
      await door.opened;
      return new Response(answerOf(number));
    });
    const aborts = [1, 2, 3].map(() => new AbortController());
    const calls = aborts.map(({ signal }) => call({ signal }));
    await settle();
    if (leaving !== "one who joined") aborts[0]!.abort(new Error("enough"));
    if (leaving !== "the leader") aborts[1]!.abort(new Error("enough"));
    if (leaving === "all") aborts[2]!.abort(new Error("enough"));
    await settle();
    if (leaving === "all") door.fail(new Error("aborted"));
    else door.open();
    await Promise.all(calls);
    await settle();
    const expected = {
      "the leader": ["collapsed", "collapsed", "miss"],
      "one who joined": ["cancelled", "collapsed", "miss"],
      "all": ["cancelled", "cancelled", "miss cancelled"],
    };
    assert.deepEqual(told().sort(), expected[leaving as keyof typeof expected], leaving);
  }
});

test("events: one for each who joins a call that comes to nothing", async () => {
  const answers: Record<string, [() => Response, string[]]> = {
    "an error": [
      () => new Response("{}", { status: 500 }),
      ["collapsed", "collapsed", "miss status 500"],
    ],
    "a foreign response": [
      () => ({ text: () => Promise.resolve("") }) as Response,
      Array(3).fill("miss foreign-response"),
    ],
    "no answer": [
      () => {
        throw new TypeError("fetch failed");
      },
      Array(3).fill("miss network-error"),
    ],
  };
  for (const [name, [respond, expected]] of Object.entries(answers)) {
    const door = gate();
    const { call, told } = counting({}, async () => {
      await door.opened;
      return respond();
    });
    const calls = [1, 2, 3].map(() => call());
    await settle();
    door.open();
    await Promise.all(calls);
    assert.deepEqual(told().sort(), expected, name);
  }
});

test("events: what joining a call saved", async () => {
  const door = gate();
  const { call, pass, events, told } = counting({}, async (number) => {
    await door.opened;
    return new Response(answerOf(number));
  });
  const first = call();
  await settle();
  pass(3);
  const second = call();
  await settle();
  pass(2);
  door.open();
  assert.equal(await first, await second);
  const joined = events.find(({ status }) => status === "collapsed");
  assert.ok(joined?.status === "collapsed");
  assert.deepEqual(joined.saved, { milliseconds: 3000, tokens: 5 });
  assert.deepEqual(joined.usage, { input: 3, output: 2 });
  assert.equal(joined.milliseconds, 2000);
  told();
});

test("events: everything that a call is told of", async () => {
  const { call, pass, events } = counting({ namespace: "team", sample: 1 }, async (number) => {
    pass(2);
    return await Promise.resolve(new Response(answerOf(number)));
  });
  await call();
  await call();
  await call({ cacheControl: "only-if-cached", model: "n" });
  const [miss, hit, refused] = events as (CacheEvent & { key: string })[];
  const facts = {
    key: miss!.key,
    form: "whole",
    dialect: "openai-chat",
    model: "m",
    namespace: "team",
    sample: 1,
    bytes: answerOf(1).length,
    usage: { input: 3, output: 2 },
  };
  assert.deepEqual(miss, { status: "miss", ...facts, milliseconds: 2000, stored: true });
  assert.deepEqual(hit, {
    status: "hit",
    ...facts,
    milliseconds: 0,
    recordedAt: 1_790_000_000_000,
    saved: { milliseconds: 2000, tokens: 5 },
  });
  const { usage: _, key: __, ...others } = facts;
  const { key, ...rest } = refused!;
  assert.notEqual(key, miss!.key);
  assert.deepEqual(rest, {
    status: "replay-miss",
    reason: "only-if-cached",
    ...others,
    model: "n",
    bytes: 0,
    milliseconds: 0,
    url: URL_,
  });
});

test("events: of a cached function, one for each call", async () => {
  const events: CacheEvent[] = [];
  const door = gate<number>();
  const cache = createCache({ store: memoryStore(), onEvent: (event) => events.push(event) });
  const ask = cache.chat((request: { model?: string; fails?: boolean }) =>
    request.fails ? Promise.reject(new Error("no")) : door.opened
  );
  const calls = [
    ask({ model: "m" }),
    ask({ model: "m" }),
    ask({}),
    ask({ model: "m", fails: true }),
  ];
  const settled = Promise.allSettled(calls);
  await settle();
  door.open(1);
  await settled;
  await ask({ model: "m" });
  await cache.with({ mode: "replay" }).chat(ask)({ model: "x" }).catch(() => {});
  assert.deepEqual(events.map(({ status }) => status).sort(), [
    ...["bypass", "collapsed", "hit", "miss", "miss", "replay-miss"],
  ]);
});

test("events: whoever changes one changes no other one", async () => {
  const told: number[] = [];
  const joined = onClock({
    onEvent(event) {
      const { usage } = event as { usage: { input: number } };
      told.push(usage.input);
      usage.input = -1;
    },
  });
  await Promise.all(
    [1, 2, 3].map(async () => await (await joined.cache.fetch(URL_, question())).text()),
  );
  assert.deepEqual(told, [3, 3, 3]);
  const { cache, events } = onClock({ store: memoryStore() });
  for (let n = 0; n < 3; n++) {
    await (await cache.fetch(URL_, question(undefined, { model: "m" }))).text();
    const { usage } = events.at(-1) as { usage?: { input: number } };
    assert.ok(usage && usage.input > 0, JSON.stringify(events.at(-1)));
    usage.input = -1;
  }
});
