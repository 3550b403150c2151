import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { ask, begin, LAST, reading, streaming, tally, whole, word } from "./crowd.ts";
import { gate, settle } from "./gate.ts";
import { onStage } from "./stage.ts";

test("single-flight: a leader that aborts before the headers leaves the call to the others", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const door = gate();
    endpoint.answer(async () => (await door.opened, { body: whole("hi") }));
    const face = cache({ store: memoryStore() });
    const abort = new AbortController();
    const leader = ask(face, endpoint, { stream: false, signal: abort.signal });
    await endpoint.arrived(1);
    const joiners = [1, 2].map(() => ask(face, endpoint, { stream: false }));
    await settle();
    abort.abort(new Error("enough"));
    await assert.rejects(leader, /enough/);
    door.open();
    for (const joiner of joiners) assert.equal(await (await joiner).text(), whole("hi"));
    assert.equal(await endpoint.calls[0]!.left, false);
    assert.equal(out(), 1);
    assert.deepEqual(tally(story()), { miss: 1, collapsed: 2 });
  }));

test("single-flight: a leader that aborts or cancels in the middle leaves the rest to the others", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    for (const model of ["aborts", "cancels"]) {
      const answer = begin(word("one"));
      endpoint.answer(streaming(answer));
      const face = cache({ store: memoryStore() });
      const abort = new AbortController();
      const leader = reading(await ask(face, endpoint, { model, signal: abort.signal }));
      const joiner = reading(await ask(face, endpoint, { model }));
      await leader.until("one");
      if (model === "aborts") {
        abort.abort(new Error("enough"));
        await assert.rejects(leader.rest(), /enough/);
      } else await leader.cancel();
      answer.send(LAST);
      answer.end();
      assert.equal(await joiner.rest(), word("one") + LAST);
      assert.equal(await (await ask(face, endpoint, { model })).text(), word("one") + LAST);
      assert.equal(out(), 1);
      assert.deepEqual(story(), ["miss", "collapsed", "hit"]);
    }
  }));

test("single-flight: a joiner that cancels while it waits for a chunk leaves once", () =>
  onStage(async ({ endpoint, cache, story }) => {
    const answer = begin(word("one"));
    endpoint.answer(streaming(answer));
    const face = cache({ store: memoryStore() });
    const leader = reading(await ask(face, endpoint));
    const joiner = reading(await ask(face, endpoint));
    await joiner.until("one");
    const waiting = joiner.rest();
    await joiner.cancel();
    await waiting;
    answer.send(LAST);
    answer.end();
    assert.equal(await leader.rest(), word("one") + LAST);
    await settle();
    assert.deepEqual(story(), ["collapsed", "miss"]);
  }));

test("single-flight: when the last one has gone, upstream is left and nothing is stored", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    endpoint.answer(streaming(begin(word("one")), begin(word("two"), LAST)));
    const face = cache({ store: memoryStore() });
    const bodies = await Promise.all([1, 2, 3].map(async () => reading(await ask(face, endpoint))));
    for (const body of bodies) {
      await body.until("one");
      await body.cancel();
    }
    assert.equal(await endpoint.calls[0]!.left, true);
    const next = reading(await ask(face, endpoint));
    await next.until("[DONE]");
    assert.equal(out(), 2);
    assert.deepEqual(tally(story()), { collapsed: 2, "miss cancelled": 1, miss: 1 });
    await next.cancel();
  }));
