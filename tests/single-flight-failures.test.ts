import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { completions, event, json } from "./completions.ts";
import { ask, begin, LAST, reading, streaming, tally, whole, word } from "./crowd.ts";
import { gate, settle } from "./gate.ts";
import { onStage, question } from "./stage.ts";

const isFailure = (error: unknown) =>
  error instanceof Error && !(error instanceof assert.AssertionError);

test("single-flight: a connection cut before the headers fails the leader, one who joined leads the next", () =>
  onStage(async ({ endpoint, cache, story }) => {
    const door = gate();
    let cuts = true;
    endpoint.answer(async () => {
      await door.opened;
      // Deno's own fetch tries once more, so that this is more than one request.
      if (cuts) throw new Error("cut");
      return { body: whole("hi") };
    });
    const face = cache({ store: memoryStore() });
    const callers = Array.from({ length: 5 }, () => ask(face, endpoint, { stream: false }));
    const [leader, ...joiners] = callers;
    const failed = assert.rejects(leader!, isFailure).then(() => cuts = false);
    await endpoint.arrived(1);
    await settle();
    door.open();
    await failed;
    for (const joiner of joiners) assert.equal(await (await joiner).text(), whole("hi"));
    assert.deepEqual(tally(story()), { "miss network-error": 1, miss: 1, collapsed: 3 });
  }));

test("single-flight: a connection cut after the headers and before the first byte, likewise", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const [first, second] = [begin(), begin(word("one"), LAST)];
    second.end();
    endpoint.answer(streaming(first, second));
    const face = cache({ store: memoryStore() });
    const leader = reading(await ask(face, endpoint));
    const joiners = Array.from({ length: 4 }, () => ask(face, endpoint));
    await settle();
    first.cut();
    await assert.rejects(leader.rest(), isFailure);
    for (const joiner of joiners) {
      assert.equal(await (await joiner).text(), word("one") + LAST);
    }
    assert.equal(out(), 2);
    assert.deepEqual(tally(story()), { "miss failed": 1, miss: 1, collapsed: 3 });
  }));

test("single-flight: a connection cut after the first byte is everybody's failure, and not stored", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const [first, second] = [begin(word("one")), begin(word("two"), LAST)];
    second.end();
    endpoint.answer(streaming(first, second));
    const face = cache({ store: memoryStore() });
    const crowd = await Promise.all([1, 2, 3].map(async () => reading(await ask(face, endpoint))));
    for (const body of crowd) await body.until("one");
    first.cut();
    for (const body of crowd) await assert.rejects(body.rest(), isFailure);
    assert.equal(await (await ask(face, endpoint)).text(), word("two") + LAST);
    assert.equal(out(), 2);
    assert.deepEqual(tally(story()), { "miss failed": 1, collapsed: 2, miss: 1 });
  }));

test("single-flight: an error inside a stream is for who joined before it; who retries asks anew", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const error = event({ error: { message: "overloaded", code: 503 } });
    // It stays open: SDKs throw at the error, and some of them neither read on nor cancel.
    const [first, second] = [begin(word("one")), begin(word("two"), LAST)];
    second.end();
    endpoint.answer(streaming(first, second));
    const face = cache({ store: memoryStore() });
    const crowd = await Promise.all([1, 2].map(async () => reading(await ask(face, endpoint))));
    for (const body of crowd) await body.until("one");
    first.send(error);
    for (const body of crowd) await body.until("overloaded");
    assert.deepEqual(story(), ["miss error"], "told as soon as it is certain");
    assert.equal(await (await ask(face, endpoint)).text(), word("two") + LAST);
    assert.equal(out(), 2);
    first.end();
    for (const body of crowd) assert.equal(await body.rest(), word("one") + error);
    assert.deepEqual(tally(story()), { collapsed: 1, miss: 1 });
  }));

test("single-flight: a network that stays away fails everybody, each with a call of its own", () =>
  onStage(async ({ endpoint, cache, story }) => {
    endpoint.answer(() => {
      throw new Error("cut");
    });
    const face = cache({ store: memoryStore() });
    const calls = Array.from({ length: 5 }, () => ask(face, endpoint, { stream: false }));
    for (const result of await Promise.allSettled(calls)) {
      assert.ok(result.status === "rejected" && isFailure(result.reason));
    }
    assert.deepEqual(tally(story()), { "miss network-error": 5 });
  }));

const limited = (retry: string) =>
  json({ error: { message: "slow down", type: "rate_limit", code: null } }, {
    "retry-after-ms": retry,
  }, 429);

test("single-flight: a 429 is for all 1 000 who joined, and they retry together", () =>
  onStage(async ({ endpoint, client, cache, story, out }) => {
    const doors = [gate(), gate()];
    endpoint.answer(async (call) => {
      await doors[call.number - 1]?.opened;
      return call.number === 1 ? limited("1") : completions(call);
    });
    const openai = cache({ store: memoryStore() }).chat(client({ maxRetries: 1 }));
    const calls = Array.from({ length: 1000 }, () => openai.chat.completions.create(question));
    for (const door of doors) {
      await endpoint.arrived(doors.indexOf(door) + 1);
      await settle();
      door.open();
    }
    const [first, ...others] = await Promise.all(calls);
    for (const other of others) assert.deepEqual(other, first);
    assert.equal(out(), 2);
    const { collapsed = 0, hit = 0, ...rest } = tally(story());
    assert.deepEqual(rest, { "miss status 429": 1, miss: 1 });
    assert.equal(collapsed + hit, 2 * 999);
  }));

test("single-flight: without retries everybody gets the 429 itself, and the next call goes out", () =>
  onStage(async ({ endpoint, client, cache, out }) => {
    const door = gate();
    endpoint.answer(async (call) => {
      await door.opened;
      return call.number === 1 ? limited("7") : completions(call);
    });
    const openai = cache({ store: memoryStore() }).chat(client());
    const calls = Array.from({ length: 100 }, () => openai.chat.completions.create(question));
    await endpoint.arrived(1);
    await settle();
    door.open();
    for (const result of await Promise.allSettled(calls)) {
      assert.ok(result.status === "rejected");
      const { status, headers, message } = result.reason;
      assert.deepEqual([status, message], [429, "429 slow down"]);
      assert.equal(headers.get("retry-after-ms"), "7");
    }
    assert.equal(out(), 1);
    await openai.chat.completions.create(question);
    assert.equal(out(), 1);
  }));

test("single-flight: an answer without a body is for all who joined, and does not stay", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const door = gate();
    endpoint.answer(async () => (await door.opened, { status: 204 }));
    const face = cache({ store: memoryStore() });
    const calls = [1, 2, 3].map(() => ask(face, endpoint));
    await endpoint.arrived(1);
    await settle();
    door.open();
    for (const call of calls) assert.equal((await call).status, 204);
    await settle();
    assert.equal((await ask(face, endpoint)).status, 204);
    assert.equal(out(), 2);
    await settle();
    assert.deepEqual(tally(story()), { "miss empty": 2, collapsed: 2 });
  }));

test("single-flight: whoever leaves while the answer is being stored changes nothing", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const answer = begin(word("one"), LAST);
    answer.end();
    endpoint.answer(streaming(answer));
    const store = memoryStore();
    const [writing, door] = [gate(), gate()];
    const set: typeof store.set = async (...args) => {
      writing.open();
      await door.opened;
      await store.set(...args);
    };
    const face = cache({ store: { ...store, set } });
    const body = reading(await ask(face, endpoint));
    const rest = body.rest();
    await writing.opened;
    await body.cancel();
    door.open();
    await rest;
    assert.equal(await (await ask(face, endpoint)).text(), word("one") + LAST);
    assert.equal(out(), 1);
    assert.deepEqual(story(), ["miss", "hit"]);
  }));
