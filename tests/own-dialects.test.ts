import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache, type Dialect, type Verdict } from "../mod.ts";
import { complete, stageOf } from "./own.ts";

const answer = { text: "hi", done: true };

test("own dialects: a format of the user's own is cached by its own rules", async () => {
  const { ask, told, out, entries } = stageOf([complete], answer);
  await ask({ model: "m", prompt: "q", trace: 1, api_key: "sk-SECRET" });
  assert.deepEqual(await ask({ api_key: "sk-OTHER", trace: 2, prompt: "q", model: "m" }), answer);
  await ask({ model: "m", prompt: "another" });
  assert.deepEqual(told(), ["miss", "hit", "miss"]);
  assert.equal(out(), 2);
  const [first] = await entries();
  assert.match(first!, /"dialect":"complete"/);
  assert.match(first!, /"api_key":"\[redacted\]"/);
  assert.match(first!, /"usage":\{"input":1,"output":2\}/);
  assert.doesNotMatch(first!, /SECRET|extra/);
});

test("own dialects: what it does not know passes, or is for the built-in formats", async () => {
  const { ask, told } = stageOf([complete], answer);
  await ask({ question: "q" });
  await ask({ model: "m", messages: [{ role: "user", content: "q" }] }, "/api/chat");
  await ask({ model: "m", prompt: "q", stream: true });
  assert.deepEqual(told(), ["bypass unsupported-endpoint", "miss unfinished", "bypass streams"]);
});

test("own dialects: they are tried before the built-in ones, in their order", async () => {
  const named = (name: string): Dialect => ({
    ...complete,
    name,
    matches: (path) => path.endsWith("/chat/completions"),
  });
  const { ask, told, entries } = stageOf([named("first"), named("second")], answer);
  await ask({ model: "m", prompt: "q", messages: [] }, "/v1/chat/completions");
  assert.deepEqual(told(), ["miss"]);
  assert.match((await entries())[0]!, /"dialect":"first"/);
});

test("own dialects: a face may have others, and the key tells them apart", async () => {
  const events: CacheEvent[] = [];
  const cache = createCache({
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    fetch: () => Promise.resolve(Response.json(answer)),
    dialects: [complete],
  });
  const faces = [
    cache,
    cache.with({ namespace: "" }),
    cache.with({ dialects: [{ ...complete, name: "v2" }] }),
    cache.with({ dialects: [] }),
  ];
  for (const { fetch } of faces) {
    const body = JSON.stringify({ model: "m", prompt: "q" });
    await (await fetch("https://own.test/complete", { method: "POST", body })).text();
  }
  assert.deepEqual(events.map(({ status }) => status), ["miss", "hit", "miss", "bypass"]);
  await cache.close();
});

test("own dialects: their target, streams and usage count as they say", async () => {
  const streaming: Dialect = {
    ...complete,
    ask: ({ prompt }, { query }) => ({
      form: query.get("form") === "stream" ? "stream" : "whole",
      usage: false,
      limited: false,
      words: String(prompt),
    }),
    target: ({ origin, path }) => ({ origin, path }),
  };
  const { ask, told } = stageOf([streaming], answer);
  await ask({ prompt: "q" }, "/complete?form=whole");
  await ask({ prompt: "q" }, "/complete");
  await ask({ prompt: "q" }, "/complete?form=stream");
  assert.deepEqual(told(), ["miss", "hit", "miss lossy"]);
});

test("own dialects: a replay miss has the error of the dialect, or a plain one", async () => {
  const shapes: [error: unknown, body: unknown][] = [
    [(message: string, code: string) => ({ code, problem: message.slice(0, 8) }), {
      code: "llmcache_replay_miss",
      problem: "llmcache",
    }],
    [() => {
      throw new Error("no");
    }, null],
    [() => "text", null],
    [() => ({ at: new Date(0) }), null],
    [() => Promise.reject(new Error("late")), null],
  ];
  for (const [error, body] of shapes) {
    const { ask, told, out } = stageOf([{ ...complete, error } as Dialect], answer, {
      mode: "replay",
    });
    const said = await ask({ model: "m", prompt: "q" }) as { error?: { code?: unknown } };
    if (body) assert.deepEqual(said, body);
    else assert.equal(said.error?.code, "llmcache_replay_miss");
    assert.deepEqual(told(), ["replay-miss replay"]);
    assert.equal(out(), 0);
  }
});

const late = () => Promise.reject(new Error("late"));
const throws = () => {
  throw new Error("broken");
};
/** What it returns throws where it is looked at. */
const trap = () => new Proxy({}, { get: throws });
const asked = { form: "whole", usage: false, limited: false, words: "" };

test("own dialects: one that fails before the call costs the hit, never the call", async () => {
  const faults: [method: keyof Dialect, answers: readonly unknown[]][] = [
    ["matches", [throws, () => undefined, () => "yes", () => /x/.exec("x"), late]],
    ["ask", [
      throws,
      () => undefined,
      () => ({}),
      () => ({ ...asked, form: "part" }),
      () => ({ ...asked, words: 5 }),
      () => ({ ...asked, model: 5 }),
      () => ({ ...asked, limited: undefined }),
      trap,
      late,
    ]],
    ["target", [
      throws,
      () => null,
      () => ({}),
      () => ({ origin: "o", path: 1 }),
      () => ({ origin: "o", path: "p", query: ["a"] }),
      () => ({ origin: "o", path: "p", query: [[1]] }),
      trap,
      late,
    ]],
    ["bypass", [throws, () => null, () => "", () => true, late]],
  ];
  for (const [method, answers] of faults) {
    for (const act of answers) {
      const { ask, told, hints, out } = stageOf([{ ...complete, [method]: act }], answer);
      for (let turn = 0; turn < 2; turn++) {
        assert.deepEqual(await ask({ model: "m", prompt: "q" }), answer, `${method} ${act}`);
      }
      assert.deepEqual(told(), Array(2).fill("bypass dialect-fault"), `${method} ${act}`);
      const [hint] = hints();
      assert.match(hint!, new RegExp(`the dialect \`complete\`.*\`${method}\``), `${act}`);
      const said = act === throws || act === trap ? /threw.*broken/ : /must return/;
      assert.match(hint!, act === late ? /returned a promise/ : said);
      assert.equal(out(), 2);
    }
  }
});

test("own dialects: one that fails while it records costs the entry, never the answer", async () => {
  const kept: Verdict = { keep: "yes" };
  const recorder = { push: () => false, verdict: () => kept };
  const faults: [method: string, recorder: unknown][] = [
    ["record", throws],
    ["record", () => undefined],
    ["record", () => ({ push: () => false })],
    ["record", trap],
    ["record", late],
    ["push", () => ({ ...recorder, push: throws })],
    ["push", () => ({ ...recorder, push: () => 1 })],
    ["push", () => ({ ...recorder, push: late })],
    ["hasFailed", () => ({ ...recorder, hasFailed: throws })],
    ["hasFailed", () => ({ ...recorder, hasFailed: () => "no" })],
    ["verdict", () => ({ ...recorder, verdict: throws })],
    ["verdict", () => ({ ...recorder, verdict: () => undefined })],
    ["verdict", () => ({ ...recorder, verdict: () => ({ keep: true }) })],
    ["verdict", () => ({ ...recorder, verdict: () => ({ ...kept, id: 7n }) })],
    ["verdict", () => ({ ...recorder, verdict: () => ({ ...kept, usage: { input: 1 } }) })],
    ["verdict", () => ({ ...recorder, verdict: trap })],
    ["verdict", () => ({ ...recorder, verdict: late })],
  ];
  for (const [method, record] of faults) {
    const own = [{ ...complete, record }] as Dialect[];
    const { ask, told, hints, entries } = stageOf(own, answer);
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await ask({ model: "m", prompt: "q" }), answer, `${method} ${record}`);
    }
    assert.deepEqual(told(), Array(2).fill("miss dialect-fault"), `${method} ${record}`);
    assert.match(hints()[0]!, new RegExp(`the dialect \`complete\`.*\`${method}\``), `${record}`);
    assert.equal((await entries()).length, 0);
  }
});

test("own dialects: one that fails at a hit makes it a miss", async () => {
  for (const fit of [throws, () => undefined, () => "text", () => [1], late]) {
    const own = [{ ...complete, fit }] as unknown as Dialect[];
    const { ask, told, hints } = stageOf(own, answer);
    for (let turn = 0; turn < 2; turn++) {
      assert.deepEqual(await ask({ model: "m", prompt: "q" }), answer, `${fit}`);
    }
    assert.deepEqual(told(), ["miss", "miss dialect-fault"], `${fit}`);
    assert.match(hints()[0]!, /the dialect `complete`.*`fit`/);
  }
});
