import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { cacheStatus, createCache } from "../mod.ts";
import { onClock, question, URL_ } from "./on-clock.ts";

const headersOf = (init: RequestInit | undefined) => Object.fromEntries(new Headers(init?.headers));

test("directives: no-cache asks anew and stores, as does the mode `reload` of fetch", async () => {
  const { ask, story, cache } = onClock();
  await ask();
  assert.equal(await ask("no-cache"), 2);
  assert.equal(await ask(), 2);
  assert.equal(await ask("", { cache: "reload" }), 3);
  assert.equal(await ask("", { cache: "no-cache" }), 4);
  assert.equal(await ask(), 4);
  assert.deepEqual(story(), ["miss", "refresh", "hit", "refresh", "refresh", "hit"]);
  const response = await cache.fetch(URL_, question("no-cache"));
  assert.equal(cacheStatus(response)?.fwd, "request");
});

test("directives: no-store neither reads nor stores, and leaves the request as it is", async () => {
  const { ask, story, sent } = onClock();
  await ask();
  assert.equal(await ask("no-store, max-age=7"), 2);
  assert.equal(await ask(undefined, { cache: "no-store" }), 3);
  assert.equal(await ask(), 1);
  assert.deepEqual(story(), ["miss", "bypass no-store", "bypass no-store", "hit"]);
  assert.equal(headersOf(sent[1]!.init)["cache-control"], "no-store, max-age=7");
  assert.equal(sent[2]!.init?.cache, "no-store");
});

test("directives: only-if-cached serves what is there, and nothing goes out", async () => {
  const { ask, pass, cache, sent, story } = onClock({ ttl: 60 });
  const refused = await cache.fetch(URL_, question("only-if-cached"));
  assert.equal(refused.status, 504);
  assert.equal(refused.headers.get("x-should-retry"), "false");
  const { error } = await refused.json();
  assert.equal(error.code, "llmcache_replay_miss");
  assert.match(error.message, /only-if-cached, and it is not in the cache/);
  await ask();
  assert.equal(await ask("only-if-cached"), 1);
  assert.equal(await ask("only-if-cached, no-cache"), 504);
  pass(60);
  assert.equal(await ask("only-if-cached"), 504);
  assert.equal(await ask("only-if-cached, max-stale=1"), 1);
  // Fetch: with these two an answer counts whatever its age.
  assert.equal(await ask(undefined, { cache: "only-if-cached" }), 1);
  assert.equal(await ask(undefined, { cache: "force-cache" }), 1);
  assert.equal(await ask(undefined, { cache: "only-if-cached", model: "n" }), 504);
  assert.equal(await ask(undefined, { cache: "force-cache", model: "n" }), 2);
  assert.equal(sent.length, 2);
  assert.deepEqual(story(), [
    "replay-miss",
    "miss",
    "hit",
    "replay-miss",
    "replay-miss expired",
    ...["hit", "hit", "hit"],
    "replay-miss",
    "miss",
  ]);
});

test("directives: only-if-cached keeps in what cannot be cached, and lets through what is none of ours", async () => {
  const { cache, sent } = onClock();
  const responses = "https://api.example.com/v1/responses";
  const init = { method: "POST", headers: { "cache-control": "only-if-cached" } };
  const body = JSON.stringify({ model: "m", input: "hi", conversation: "conv_1" });
  assert.equal((await cache.fetch(responses, { ...init, body })).status, 504);
  assert.equal(sent.length, 0);
  await cache.fetch("https://api.example.com/v1/models", { headers: init.headers });
  assert.equal(headersOf(sent[0]!.init)["cache-control"], "only-if-cached");
});

test("directives: what is ours is taken off before the call goes out, whatever form it came in", async () => {
  const { cache, sent } = onClock();
  const given = 'no-transform, max-age=0, llmcache-sample=1, llmcache-namespace="a, b"';
  const { headers, ...rest } = question(given);
  const forms: [RequestInfo, RequestInit | undefined][] = [
    [URL_, { headers: headers!, ...rest }],
    [URL_, { headers: new Headers(headers), ...rest }],
    [URL_, { headers: Object.entries(headers!), ...rest }],
    [new Request(URL_, question(given)), undefined],
    [URL_, { headers: { "Cache-Control": given.replace("no-transform, ", "") }, ...rest }],
  ];
  for (const [input, init] of forms) await (await cache.fetch(input, init)).text();
  const seen = sent.map(({ init }) => headersOf(init)["cache-control"]);
  assert.deepEqual(seen, [...Array(4).fill("no-transform"), undefined]);
  assert.equal(headersOf(sent[3]!.init)["content-type"], "application/json");
  await (await cache.fetch(URL_, question(undefined, { cache: "reload" }))).text();
  assert.equal("cache" in sent[5]!.init!, false);
});

test("directives: the mode of a Request is read, and not sent on", async () => {
  const { cache, sent, story } = onClock();
  const request = (mode: RequestCache) => {
    const request = new Request(URL_, question());
    return Object.defineProperty(request, "cache", { value: mode }); // Some runtimes have none.
  };
  for (const mode of ["default", "force-cache", "reload"] as const) {
    await (await cache.fetch(request(mode))).text();
  }
  assert.deepEqual(story(), ["miss", "hit", "refresh"]);
  assert.equal(sent[1]!.init?.cache, "default");
});

test("directives: headers that only the client's own fetch understands are left to it", async () => {
  const { cache, story } = onClock();
  const headers = { "x": "line\nfeed" };
  assert.equal((await cache.fetch("https://api.example.com/v1/models", { headers })).status, 200);
  assert.equal((await cache.with({ mode: "off" }).fetch(URL_, { headers })).status, 200);
  assert.deepEqual(story(), ["bypass unsupported-endpoint", "bypass mode-off"]);
});

test("directives: a sample and a namespace for one call", async () => {
  const { ask, cache, events } = onClock();
  assert.equal(await ask(), 1);
  assert.equal(await ask("llmcache-sample=1"), 2);
  assert.equal(await ask("llmcache-sample=2"), 3);
  assert.equal(await ask("llmcache-sample=0"), 1);
  assert.equal(await ask("llmcache-namespace=team"), 4);
  assert.equal(await ask('llmcache-namespace="team", llmcache-sample=1'), 5);
  const read = async (face: typeof cache) =>
    JSON.parse(await (await face.fetch(URL_, question())).text()).id;
  assert.equal(await read(cache.with({ sample: 2 })), "chatcmpl-3");
  assert.equal(await read(cache.with({ sample: 1, namespace: "team" })), "chatcmpl-5");
  const [, one, , , four, five] = events;
  assert.ok(one?.status === "miss" && one.sample === 1 && one.namespace === "");
  assert.ok(four?.status === "miss" && four.sample === 0 && four.namespace === "team");
  assert.ok(five?.status === "miss" && five.sample === 1 && five.namespace === "team");
  const quoted = cache.with({ namespace: 'a "b", c\\d' });
  assert.equal(await ask('llmcache-namespace="a \\"b\\", c\\\\d"'), 6);
  assert.equal(await read(quoted), "chatcmpl-6");
});

test("directives: one that is for us and unclear passes through, and says so", async () => {
  const unclear = [
    "max-age",
    "max-age=ten",
    "max-age=-1",
    "max-age= 5",
    "max-age=1, max-age=2",
    "stale-if-error",
    "min-fresh=1.5",
    "llmcache-sample",
    "llmcache-sample=x",
    "llmcache-sample=9007199254740993",
    'llmcache-namespace="open',
    "llmcache-namspace=team",
    "llmcache-namespace=a, llmcache-namespace=b",
  ];
  for (const directive of unclear) {
    const { ask, events, sent } = onClock();
    await ask();
    assert.equal(await ask(`no-transform, ${directive}`), 2, directive);
    const [, event] = events;
    assert.ok(event?.status === "bypass" && event.detail === "unclear-directive", directive);
    assert.match(event.hint!, /`.*` in Cache-Control/);
    assert.equal(headersOf(sent[1]!.init)["cache-control"], `no-transform, ${directive}`);
  }
  const { ask } = onClock();
  await ask();
  assert.equal(await ask(",, max-age=5 ,max-age=5, ,"), 1, "said twice alike, and empty items");
});

test("directives: none leaves `replay` mode, nor the age there", async () => {
  const { ask, cache, sent, pass } = onClock({ ttl: 60 });
  await ask();
  await ask("llmcache-sample=1");
  pass(3600);
  const replay = cache.with({ mode: "replay" });
  const asked = async (cacheControl?: string, mode?: RequestCache) => {
    const response = await replay.fetch(URL_, question(cacheControl, mode && { cache: mode }));
    return response.ok ? JSON.parse(await response.text()).id : response.status;
  };
  for (
    const directive of ["no-cache", "no-store", "max-age=0", "min-fresh=100", "only-if-cached"]
  ) {
    assert.equal(await asked(directive), "chatcmpl-1", directive);
  }
  for (const mode of ["no-store", "reload", "no-cache", "only-if-cached"] as const) {
    assert.equal(await asked(undefined, mode), "chatcmpl-1", mode);
  }
  assert.equal(await asked("llmcache-sample=1"), "chatcmpl-2");
  for (const directive of ["llmcache-sample=2", "only-if-cached, llmcache-sample=2"]) {
    assert.equal(await asked(directive), 400, directive);
  }
  assert.equal(await asked("llmcache-sample=x"), 400);
  assert.equal(sent.length, 2);
  const served = await replay.fetch(URL_, question());
  assert.equal(cacheStatus(served)?.ttl, 60 - 3600);
});

test("directives: in the other modes", async () => {
  const { cache, sent, ask } = onClock();
  await ask();
  const of = async (mode: "refresh" | "off", directive: string) =>
    (await cache.with({ mode }).fetch(URL_, question(directive))).status;
  assert.equal(await of("refresh", "only-if-cached"), 200);
  assert.equal(sent.length, 1, "nothing goes out, as it was asked");
  assert.equal(await of("refresh", "max-stale"), 200);
  assert.equal(sent.length, 2);
  assert.equal(await of("off", "only-if-cached"), 200);
  assert.equal(headersOf(sent[2]!.init)["cache-control"], "only-if-cached");
});

test("ttl: judged when read, so that another one works at once", async () => {
  const store = memoryStore();
  const { ask, pass, cache, events } = onClock({ store, ttl: "7d" });
  await ask();
  pass(86_400);
  const response = await cache.fetch(URL_, question());
  assert.equal(cacheStatus(response)?.ttl, 6 * 86_400);
  assert.match(response.headers.get("cache-status")!, /^llmcache; hit; ttl=518400; key="/);
  const shorter = await cache.with({ ttl: "12h" }).fetch(URL_, question());
  const { fwd, detail, ttl } = cacheStatus(shorter)!;
  assert.deepEqual({ fwd, detail, ttl }, { fwd: "stale", detail: "expired", ttl: undefined });
  await shorter.text();
  const last = events.at(-1);
  assert.ok(last?.status === "miss" && last.stored && last.detail === "expired");
  assert.equal(await ask(), 2, "the new answer took the place of the old one");
  pass(7 * 86_400);
  assert.equal(await ask("max-age=10"), 3, "the narrower of both counts");
  const forever = createCache({ store, now: () => 1e15, mode: "replay" });
  const old = await forever.fetch(URL_, question());
  assert.equal(cacheStatus(old)?.hit, true);
  assert.equal(cacheStatus(old)?.ttl, undefined);
});

test("ttl: a recording from a clock that is ahead is new", async () => {
  const { ask, pass, cache } = onClock({ ttl: 60 });
  await ask();
  pass(-1000);
  assert.equal(await ask(), 1);
  assert.equal(await ask("max-age=1"), 1);
  assert.equal(cacheStatus(await cache.fetch(URL_, question()))?.ttl, 60);
});

test("ttl: of functions", async () => {
  const { cache, pass } = onClock({ ttl: "1m" });
  let calls = 0;
  const ask = cache.chat((_: { model: string }) => Promise.resolve(++calls));
  assert.deepEqual([await ask({ model: "m" }), await ask({ model: "m" })], [1, 1]);
  pass(61);
  assert.equal(await ask({ model: "m" }), 2);
  const second = cache.with({ sample: 1 }).chat((_: { model: string }) => Promise.resolve(++calls));
  assert.deepEqual([await second({ model: "m" }), await ask({ model: "m" })], [3, 2]);
});
