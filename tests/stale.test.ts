import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { cacheStatus } from "../mod.ts";
import { ask, begin, LAST, reading, streaming, tally, whole, word } from "./crowd.ts";
import { gate, settle } from "./gate.ts";
import { answerOf, onClock, question, URL_ } from "./on-clock.ts";
import { onStage } from "./stage.ts";

type Failure = () => Response;

const cut = () => {
  throw new TypeError("fetch failed");
};
const failing = (status: number) => () => new Response("{}", { status });
/** The headers came, the body did not. */
const empty = () =>
  new Response(new ReadableStream({ start: (controller) => controller.error(new Error("reset")) }));

/** How upstream fails, and what is told of it. */
const outages: Readonly<Record<string, Failure>> = {
  "network-error": cut,
  "network-error before the first byte": empty,
  "status 429": failing(429),
  "status 500": failing(500),
  "status 503": failing(503),
  "status 529": failing(529),
};

for (const [name, fail] of Object.entries(outages)) {
  test(`stale: ${name}`, async () => {
    let down = false;
    const { cache, pass, story, events } = onClock(
      { ttl: 60, staleIfError: "1h" },
      (n) => down ? fail() : new Response(answerOf(n)),
    );
    await (await cache.fetch(URL_, question())).text();
    pass(100);
    down = true;
    const response = await cache.fetch(URL_, question());
    assert.equal(await response.text(), answerOf(1));
    const { key, ...status } = cacheStatus(response)!;
    assert.match(key!, /whole$/);
    assert.deepEqual(status, {
      hit: false,
      fwd: "stale",
      collapsed: false,
      ttl: -40,
      detail: "stale-if-error",
    });
    const [, event] = events;
    assert.ok(event?.status === "stale");
    assert.equal(event.reason, name.replace(/ before.*/, ""));
    assert.equal(event.saved.tokens, 5);
    assert.deepEqual(story(), ["miss", "stale"]);
    down = false;
    assert.equal(await (await cache.fetch(URL_, question())).text(), answerOf(3));
    assert.equal(await (await cache.fetch(URL_, question())).text(), answerOf(3));
    assert.deepEqual(story(), ["miss expired", "hit"]);
  });
}

test("stale: other failures are the caller's", async () => {
  for (const status of [400, 401, 404, 408, 409, 422]) {
    const { ask, pass, story } = onClock(
      { ttl: 60, staleIfError: Infinity },
      (n) => n === 1 ? new Response(answerOf(n)) : new Response("{}", { status }),
    );
    await ask();
    pass(100);
    assert.equal(await ask(), status);
    assert.deepEqual(story(), ["miss", `miss expired status ${status}`]);
  }
});

test("stale: only so long after its time, and only where it was allowed", async () => {
  const cases: [object, string | undefined, number, "stale" | "fails"][] = [
    [{ ttl: 60, staleIfError: 40 }, undefined, 100, "stale"],
    [{ ttl: 60, staleIfError: 40 }, undefined, 101, "fails"],
    [{ ttl: 60 }, undefined, 61, "fails"],
    [{ ttl: 60 }, undefined, 60, "fails"],
    [{ ttl: 600 }, "min-fresh=590", 100, "fails"],
    [{ ttl: 60 }, "stale-if-error=40", 100, "stale"],
    [{ ttl: 60 }, "stale-if-error=40", 101, "fails"],
    [{ ttl: 60, staleIfError: 40 }, "stale-if-error=0", 61, "fails"],
    [{}, "max-age=60, stale-if-error=40", 100, "stale"],
    [{}, "max-age=60, stale-if-error=40", 101, "fails"],
    [{ ttl: 600 }, "min-fresh=590, stale-if-error=1", 100, "stale"],
    [{ ttl: 60, staleIfError: 40 }, "no-cache", 61, "fails"],
    [{ ttl: 60, staleIfError: 40, mode: "refresh" }, undefined, 61, "fails"],
    [{ ttl: 0, staleIfError: Infinity }, undefined, 1e9, "stale"],
  ];
  for (const [options, directive, age, expected] of cases) {
    const name = JSON.stringify([options, directive, age]);
    const { ask, pass } = onClock(options, (n) => n > 1 ? cut() : new Response(answerOf(n)));
    await ask();
    pass(age);
    if (expected === "stale") assert.equal(await ask(directive), 1, name);
    else await assert.rejects(ask(directive), /fetch failed/, name);
  }
});

test("stale: what upstream says instead is not read, and is let go", async () => {
  const left = gate<unknown>();
  const body = () => new ReadableStream({ cancel: left.open }, { highWaterMark: 0 });
  const { ask, pass } = onClock(
    { ttl: 60, staleIfError: "1h" },
    (n) => n === 1 ? new Response(answerOf(n)) : new Response(body(), { status: 503 }),
  );
  await ask();
  pass(100);
  assert.equal(await ask(), 1);
  await left.opened;
});

test("stale: a call that dies unread under someone else is no sign that upstream is down", async () => {
  const bodies = [gate(), gate()];
  const { cache, ask, pass, story } = onClock({ ttl: 60 }, (n) => {
    if (n === 1) return new Response(answerOf(n));
    const pull = async (controller: ReadableStreamDefaultController) => {
      await bodies[n - 2]!.opened;
      controller.enqueue(new TextEncoder().encode(answerOf(n)));
      controller.close();
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  });
  await ask();
  pass(100);
  const leader = (await cache.fetch(URL_, question())).text().catch(() => "failed");
  const joiner = cache.with({ staleIfError: "1h" }).fetch(URL_, question());
  await settle();
  bodies[0]!.fail(new Error("the connection was closed long ago"));
  bodies[1]!.open();
  assert.equal(await leader, "failed");
  assert.equal(await (await joiner).text(), answerOf(3));
  assert.deepEqual(story().sort(), ["miss", "miss expired", "miss expired failed"]);
});

test("stale: whoever aborts gets no stale answer, and is told of once", async () => {
  const abort = new AbortController();
  const door = gate<Response>();
  const { cache, ask, pass, story } = onClock(
    { ttl: 60, staleIfError: Infinity },
    (n) => n === 1 ? new Response(answerOf(n)) : door.opened,
  );
  await ask();
  pass(100);
  const asked = cache.fetch(URL_, { ...question(), signal: abort.signal });
  await settle();
  abort.abort(new Error("enough"));
  await assert.rejects(asked, /enough/);
  door.fail(new Error("aborted"));
  await settle();
  assert.deepEqual(story(), ["miss", "miss expired cancelled"]);
});

test("stale: everybody who joined gets it, by one call", () =>
  onStage(async ({ endpoint, cache, story, out }) => {
    const store = memoryStore();
    let now = 1_790_000_000_000;
    const face = cache({ store, ttl: 60, staleIfError: Infinity, now: () => now });
    for (const failure of ["cut", "503"]) {
      endpoint.answer(() => ({ body: whole("hi") }));
      await (await ask(face, endpoint, { stream: false, model: failure })).text();
      out();
      story();
      now += 100_000;
      const door = gate();
      endpoint.answer(async () => {
        await door.opened;
        if (failure === "cut") throw new Error("cut");
        return { status: 503, body: "{}" };
      });
      const calls = Array.from(
        { length: 20 },
        () => ask(face, endpoint, { stream: false, model: failure }),
      );
      const ready = endpoint.arrived(endpoint.calls.length + 1);
      await ready;
      await settle();
      door.open();
      for (const call of calls) assert.equal(await (await call).text(), whole("hi"));
      // Deno's own fetch asks twice where it is cut.
      assert.ok(out() <= 2, failure);
      assert.deepEqual(tally(story()), { stale: 20 });
    }
  }));

test("stale: who joined without one asks for themselves", async () => {
  const door = gate<Response>();
  const { cache, ask, pass, story } = onClock(
    { ttl: 60 },
    (n) => n === 2 ? door.opened : new Response(answerOf(n)),
  );
  await ask();
  pass(100);
  const leader = cache.with({ staleIfError: "1h" }).fetch(URL_, question());
  const joiner = cache.fetch(URL_, question());
  await settle();
  door.fail(new TypeError("fetch failed"));
  assert.equal(await (await leader).text(), answerOf(1));
  assert.equal(await (await joiner).text(), answerOf(3));
  assert.deepEqual(story().sort(), ["miss", "miss expired", "stale"]);
});

test("stale: what fails after its first byte is the caller's failure", () =>
  onStage(async ({ endpoint, cache, story }) => {
    let now = 1_790_000_000_000;
    const face = cache({ store: memoryStore(), ttl: 60, staleIfError: "1h", now: () => now });
    const [good, bad] = [begin(word("one"), LAST), begin(word("two"))];
    good.end();
    endpoint.answer(streaming(good, bad));
    assert.equal(await (await ask(face, endpoint)).text(), word("one") + LAST);
    now += 100_000;
    const body = reading(await ask(face, endpoint));
    await body.until("two");
    bad.cut();
    await assert.rejects(body.rest());
    assert.deepEqual(story(), ["miss", "miss expired failed"]);
  }));

test("stale: a function that fails, before its first value", async () => {
  let failure: unknown;
  const { cache, pass, story } = onClock({ ttl: 60, staleIfError: "1h" });
  let calls = 0;
  const value = cache.chat((_: { model: string }) => {
    calls++;
    return failure ? Promise.reject(failure) : Promise.resolve(calls);
  });
  const values = cache.chat(async function* (_: { model: string }) {
    if (failure) throw failure;
    yield "a";
    yield "b";
  });
  const both = async () => {
    const list: unknown[] = [await value({ model: "m" })];
    for await (const item of values({ model: "m" })) list.push(item);
    return list;
  };
  assert.deepEqual(await both(), [1, "a", "b"]);
  pass(100);
  for (failure of [new Error("out of memory"), { status: 429 }, { status: 500 }]) {
    story();
    assert.deepEqual(await both(), [1, "a", "b"]);
    assert.deepEqual(story(), ["stale", "stale"]);
  }
  failure = { status: 400 };
  await assert.rejects(both(), (error) => error === failure);
  assert.deepEqual(story(), ["miss expired failed"]);
  failure = undefined;
  const [number] = await both();
  assert.equal(number, calls);
});
