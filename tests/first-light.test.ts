import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheStatus } from "../mod.ts";
import { completions } from "./completions.ts";
import { startEndpoint } from "./endpoint.ts";
import { gate } from "./gate.ts";
import { flows } from "./flows.ts";
import { all, onStage, question } from "./stage.ts";

const streamed = { ...question, stream: true } as const;
const counted = { ...streamed, stream_options: { include_usage: true } } as const;

for (const [name, flow] of Object.entries(flows)) {
  test(`first light: ${name}: the second run makes no call, and all is equal`, () =>
    onStage(async ({ cached, story, out }) => {
      const first = await flow(cached());
      const calls = out();
      assert.ok(calls > 0);
      assert.deepEqual(story(), Array(calls).fill("miss"));
      // A new cache on the same folder is what a restart is.
      const second = await flow(cached());
      assert.equal(out(), 0);
      assert.deepEqual(story(), Array(calls).fill("hit"));
      assert.deepEqual(second, first);
    }));
}

test("first light: what the SDK returns is what it returns without us", () =>
  onStage(async ({ client, cached }) => {
    const told = async (answer: Promise<unknown>) =>
      JSON.stringify(await answer).replaceAll(/(chatcmpl-|req_)\d+/g, "$1n");
    for (const [namespace, flow] of Object.entries(flows)) {
      assert.equal(await told(flow(cached({ namespace }))), await told(flow(client())), namespace);
    }
  }));

test("first light: a response tells what happened, and is otherwise as it was", () =>
  onStage(async ({ cached }) => {
    const openai = cached();
    const miss = await openai.chat.completions.create(question).withResponse();
    const hit = await openai.chat.completions.create(question).withResponse();
    const key = cacheStatus(miss.response)?.key;
    assert.match(key ?? "", /^[0-9a-f]{64}\.whole$/);
    assert.deepEqual(cacheStatus(miss.response), {
      hit: false,
      fwd: "miss",
      collapsed: false,
      key,
    });
    assert.deepEqual(cacheStatus(hit.response), { hit: true, collapsed: false, key });
    assert.equal(hit.response.url, miss.response.url);
    assert.equal(hit.response.status, miss.response.status);
    assert.equal(hit.request_id, miss.request_id);
    assert.equal(hit.request_id, "req_1");
  }));

test("first light: namespaces are apart, and so are models", () =>
  onStage(async ({ cache, client, story, out }) => {
    const base = cache();
    const [one, two] = ["one", "two"].map((namespace) => base.with({ namespace }).chat(client()));
    const first = await one!.chat.completions.create(question);
    const second = await two!.chat.completions.create(question);
    const other = await one!.chat.completions.create({ ...question, model: "n" });
    assert.equal(out(), 3);
    assert.deepEqual(story(), ["miss", "miss", "miss"]);
    assert.deepEqual(await one!.chat.completions.create(question), first);
    assert.deepEqual(await two!.chat.completions.create(question), second);
    assert.deepEqual(await one!.chat.completions.create({ ...question, model: "n" }), other);
    assert.equal(out(), 0);
    assert.equal(new Set([first.id, second.id, other.id]).size, 3);
  }));

test("first light: the other form is a miss, and then both are there", () =>
  onStage(async ({ cached, story }) => {
    const openai = cached();
    await openai.chat.completions.create(question);
    await all(openai.chat.completions.create(streamed));
    assert.deepEqual(story(), ["miss", "miss lossy"]);
    await openai.chat.completions.create(question);
    await all(openai.chat.completions.create(streamed));
    assert.deepEqual(story(), ["hit", "hit"]);
  }));

test("first light: recorded with the usage, served without it", () =>
  onStage(async ({ cached, story }) => {
    const recorded = await all(cached().chat.completions.create(counted));
    const without = await all(cached().chat.completions.create(streamed));
    assert.deepEqual(story(), ["miss", "hit"]);
    assert.ok(recorded.at(-1)?.usage);
    assert.deepEqual(without, recorded.slice(0, -1));
    assert.deepEqual(await all(cached().chat.completions.create(counted)), recorded);
    assert.deepEqual(story(), ["hit"]);
  }));

test("first light: recorded without the usage, asked for with it: a miss that replaces", () =>
  onStage(async ({ cached, story, out }) => {
    await all(cached().chat.completions.create(streamed));
    const recorded = await all(cached().chat.completions.create(counted));
    assert.deepEqual(story(), ["miss", "miss lossy"]);
    assert.equal(out(), 2);
    assert.deepEqual(await all(cached().chat.completions.create(counted)), recorded);
    const without = await all(cached().chat.completions.create(streamed));
    assert.deepEqual(without, recorded.slice(0, -1));
    assert.deepEqual(story(), ["hit", "hit"]);
    assert.equal(out(), 0);
  }));

for (const name of ["a whole answer", "a stream"]) {
  test(`first light: 20 at once are one call: ${name}`, () =>
    onStage(async ({ endpoint, cached, story, out }) => {
      const ready = gate();
      endpoint.answer(async (call) => {
        await ready.opened;
        return completions(call);
      });
      const openai = cached();
      const asked = Array.from({ length: 20 }, () => flows[name]!(openai));
      await endpoint.arrived(1);
      ready.open();
      const answers = await Promise.all(asked);
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.equal(out(), 1);
      assert.deepEqual(story().sort(), [...Array(19).fill("collapsed"), "miss"]);
    }));
}

test("first light: a server that moved is the same under an alias", () =>
  onStage(async ({ endpoint, cache, client, story }) => {
    const moved = await startEndpoint();
    const aliases = { [endpoint.origin]: "vllm", [moved.origin]: "vllm" };
    const before = cache({ aliases }).chat(client());
    const after = cache({ aliases }).chat(client({ baseURL: moved.url }));
    const first = await before.chat.completions.create(question);
    assert.deepEqual(await after.chat.completions.create(question), first);
    assert.deepEqual(story(), ["miss", "hit"]);
    assert.equal(moved.calls.length, 0);
    await cache().chat(client({ baseURL: moved.url })).chat.completions.create(question);
    assert.deepEqual(story(), ["miss"]);
    await moved.close();
  }));

test("first light: in replay mode nothing goes out, and a miss is one clear error", () =>
  onStage(async ({ cached, out, story }) => {
    const first = await cached().chat.completions.create(question);
    const openai = cached({ mode: "replay" });
    assert.deepEqual(await openai.chat.completions.create(question), first);
    await assert.rejects(
      openai.withOptions({ maxRetries: 2 }).chat.completions.create({ ...question, model: "n" }),
      { status: 400, code: "llmcache_replay_miss" },
    );
    await assert.rejects(openai.models.list(), { status: 400, code: "llmcache_replay_miss" });
    assert.equal(out(), 1);
    assert.deepEqual(story(), [
      "miss",
      "hit",
      "replay-miss",
      "replay-miss unsupported-endpoint",
    ]);
  }));
