import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheStatus, type CacheStore } from "../mod.ts";
import { clock } from "./clock.ts";
import { begin, LAST, whole, word } from "./crowd.ts";
import { formats, stageOf } from "./embedder.ts";
import { gate, settle } from "./gate.ts";
import { all } from "./stage.ts";
import { answer, stream, workersOf } from "./workers.ts";
import { memoryStore } from "../adapters/memory.ts";

const text = async (response: Promise<Response>) => await (await response).text();

for (const form of ["whole", "stream"] as const) {
  test(`turn: eight processes ask the same at once, ${form}: one call, and hits`, async () => {
    const { workers, clock, sent } = workersOf(8);
    const asked = workers.map(({ ask }) => ask({ stream: form === "stream" }));
    await clock.pass(10_000);
    assert.equal(sent.length, 1);
    sent[0]!.open(form === "stream" ? stream() : answer());
    const read = asked.map(text);
    await clock.pass(200);
    const right = form === "stream" ? word("one") + word("two") + LAST : whole("hi");
    assert.deepEqual(await Promise.all(read), workers.map(() => right));
    assert.equal(sent.length, 1);
    const stories = workers.map(({ story }) => story().join()).sort();
    assert.deepEqual(stories, [...Array(7).fill("hit waited"), "miss"]);
    const waited = (await Promise.all(asked)).map((response) => cacheStatus(response)!);
    assert.equal(waited.filter(({ hit, detail }) => hit && detail === "waited").length, 7);
  });
}

test("turn: many in each of several processes", async () => {
  const { workers, clock, sent } = workersOf(3);
  const asked = workers.flatMap(({ ask }) => Array.from({ length: 50 }, () => text(ask())));
  await clock.pass(1_000);
  sent[0]!.open(answer());
  await clock.pass(200);
  assert.deepEqual(new Set(await Promise.all(asked)), new Set([whole("hi")]));
  assert.equal(sent.length, 1);
  const heard = workers.flatMap(({ story }) => story());
  assert.equal(heard.filter((sentence) => sentence === "miss").length, 1);
  assert.equal(heard.filter((sentence) => sentence === "hit waited").length, 100);
});

test("turn: what landed between the look and the claim is found", async () => {
  const memory = memoryStore();
  const other = workersOf(1, { store: { ...memory } });
  const claim: CacheStore["claim"] = async (key, ms) => {
    if (other.sent.length === 0) {
      const asked = text(other.workers[0]!.ask());
      await settle();
      other.sent[0]!.open(answer());
      await asked;
      await settle();
    }
    return memory.claim!(key, ms);
  };
  const { workers: [worker], sent } = workersOf(1, { store: { ...memory, claim } });
  assert.equal(await text(worker!.ask()), whole("hi"));
  assert.deepEqual([sent.length, worker!.story()], [0, ["hit waited"]]);
  // And the claim that was not needed is given up.
  const key = other.workers[0]!.events[0]!;
  assert.ok(key.status === "miss" && memory.claim!(key.key, 1));
});

test("turn: a process that has died is waited for until its claim expires, and no longer", async () => {
  const { workers: [dead, one, two], clock, sent } = workersOf(3, (worker) => (
    worker === 0 ? { wait: () => new Promise(() => {}) } : {}
  ));
  const late = dead!.ask();
  await settle();
  const others = [one!, two!].map(({ ask }) => text(ask()));
  await clock.pass(2_900);
  assert.equal(sent.length, 1);
  await clock.pass(300);
  assert.deepEqual(sent.map(({ worker }) => worker > 0), [false, true]);
  // It was only suspended. What it does afterwards harms nobody, least of all the claim of another.
  sent[0]!.fail(new TypeError("no network"));
  await assert.rejects(late, /no network/);
  await clock.pass(10_000);
  assert.equal(sent.length, 2);
  sent[1]!.open(answer());
  await clock.pass(200);
  assert.deepEqual(await Promise.all(others), [whole("hi"), whole("hi")]);
  assert.equal(sent.length, 2);
});

test("turn: a call that takes long is waited for, a minute at most", async () => {
  const { workers: [leader, waiter], clock, sent } = workersOf(2);
  const first = leader!.ask();
  await settle();
  const second = waiter!.ask();
  await clock.pass(59_000);
  assert.equal(sent.length, 1);
  await clock.pass(1_000);
  assert.equal(sent.length, 2);
  sent[1]!.open(answer("second"));
  assert.equal(await text(second), whole("second"));
  // Waiting is no part of what is recorded.
  const entries = await all(waiter!.cache.entries());
  assert.deepEqual(entries.map(({ milliseconds }) => milliseconds < 250), [true]);
  sent[0]!.open(answer("first"));
  assert.equal(await text(first), whole("first"));
  assert.deepEqual([leader!.story(), waiter!.story()], [["miss"], ["miss"]]);
});

test("turn: the bound holds where the clock stands still, and where a `wait` waits for nothing", async () => {
  const wait = () => Promise.resolve();
  const { workers: [leader, waiter], sent } = workersOf(2, { wait, now: () => 7 });
  const first = text(leader!.ask());
  await settle();
  const second = waiter!.ask();
  while (sent.length < 2) await settle();
  sent.forEach(({ open }) => open(answer()));
  assert.deepEqual([await first, await text(second)], [whole("hi"), whole("hi")]);
});

test("turn: the bound holds where the store takes long to say that another holds the key", async () => {
  const time = clock();
  const claim = () => time.wait(10_000).then(() => null);
  const slow = { store: { ...memoryStore(), claim }, storeTimeout: 20_000 };
  const { workers: [waiter], sent } = workersOf(1, slow, time);
  const asked = waiter!.ask();
  await time.pass(59_000);
  assert.equal(sent.length, 0);
  await time.pass(12_000);
  assert.equal(sent.length, 1);
  sent[0]!.open(answer());
  assert.equal(await text(asked), whole("hi"));
});

test("turn: who leaves while the claim comes gives it up", async () => {
  const memory = memoryStore();
  const door = gate();
  const keys: string[] = [];
  const claim: CacheStore["claim"] = async (key, ms) => {
    keys.push(key);
    await door.opened;
    return memory.claim!(key, ms);
  };
  const { workers: [worker], sent } = workersOf(1, { store: { ...memory, claim } });
  const leaving = new AbortController();
  const asked = worker!.ask({ signal: leaving.signal });
  await settle();
  leaving.abort();
  await assert.rejects(asked);
  door.open();
  await settle();
  assert.deepEqual([sent.length, keys.length], [0, 1]);
  assert.ok(memory.claim!(keys[0]!, 1));
});

const endings: Record<
  string,
  (sent: { open(response: Response): void; fail(e: Error): void }) => void
> = {
  "an error of the provider": ({ open }) => open(new Response("{}", { status: 429 })),
  "no network": ({ fail }) => fail(new TypeError("no network")),
  "an answer that is not stored": ({ open }) => open(new Response('{"choices":[]}')),
  "an empty body": ({ open }) => open(new Response(null, { status: 204 })),
  "a stream that is cut": ({ open }) => {
    const cut = new ReadableStream({ start: (control) => control.error(new Error("cut")) });
    open(new Response(cut));
  },
};
for (const [name, end] of Object.entries(endings)) {
  test(`turn: ${name}: the next one calls at once`, async () => {
    const { workers, clock, sent } = workersOf(3);
    const asked = workers.map(({ ask }) => text(ask()).catch(() => "failed"));
    await clock.pass(5_000);
    for (const number of [0, 1]) {
      assert.equal(sent.length, number + 1);
      end(sent[number]!);
      await settle();
      await clock.pass(200);
    }
    assert.equal(sent.length, 3);
    sent[2]!.open(answer());
    await clock.pass(200);
    const texts = await Promise.all(asked);
    assert.equal(texts.filter((one) => one === whole("hi")).length, 1);
    assert.deepEqual(new Set(sent.map(({ worker }) => worker)), new Set([0, 1, 2]));
  });
}

test("turn: what was refused or rejected gives the turn on", async () => {
  const { workers: [refusing, rejecting, last], clock, sent } = workersOf(3, (worker) => (
    worker === 0 ? { shouldStore: () => false } : {}
  ));
  const first = text(refusing!.ask());
  await settle();
  const second = text(rejecting!.ask());
  await clock.pass(50);
  const third = text(last!.ask());
  sent[0]!.open(answer("refused"));
  assert.equal(await first, whole("refused"));
  await clock.pass(100);
  const { length } = sent;
  assert.equal(length, 2);
  const next = sent[1]!.worker === 1 ? rejecting! : last!;
  await next.cache.reject({
    url: "https://x.test/v1/chat/completions",
    body: { model: "m", messages: [] },
  });
  sent[1]!.open(answer("rejected"));
  await clock.pass(200);
  assert.equal(sent.length, 3);
  sent[2]!.open(answer("good"));
  assert.deepEqual(
    new Set(await Promise.all([second, third])),
    new Set([whole("rejected"), whole("good")]),
  );
});

test("turn: whoever leaves while they wait is let go at once, and the others wait on", async () => {
  const { workers: [leader, waiter], clock, sent } = workersOf(2);
  const first = text(leader!.ask());
  await settle();
  const [one, other] = [new AbortController(), new AbortController()];
  const leaving = waiter!.ask({ signal: one.signal });
  const staying = text(waiter!.ask({ signal: other.signal }));
  await clock.pass(1_000);
  one.abort(new RangeError("enough"));
  await assert.rejects(leaving, one.signal.reason);
  assert.deepEqual(waiter!.story(), ["cancelled"]);
  sent[0]!.open(answer());
  await clock.pass(200);
  assert.deepEqual([await first, await staying], [whole("hi"), whole("hi")]);
  assert.equal(sent.length, 1);
});

test("turn: when all who wait have left, nobody looks any more", async () => {
  const memory = memoryStore();
  let claims = 0;
  const claim: CacheStore["claim"] = (key, ms) => (claims++, memory.claim!(key, ms));
  const { workers: [leader, waiter], clock } = workersOf(
    2,
    () => ({ store: { ...memory, claim } }),
  );
  const first = leader!.ask().catch(() => {});
  await settle();
  const leaving = new AbortController();
  const second = waiter!.ask({ signal: leaving.signal });
  await clock.pass(1_000);
  leaving.abort();
  await assert.rejects(second);
  const before = claims;
  await clock.pass(1_000);
  assert.ok(before > 2);
  assert.equal(claims, before);
  await Promise.race([first, settle()]);
});

test("turn: who stored the answer and died is not waited for", async () => {
  const memory = memoryStore();
  const claim: CacheStore["claim"] = (key, ms) => {
    const claim = memory.claim!(key, ms);
    return claim && { renew: () => true, release: () => {} };
  };
  const { workers: [leader, waiter], clock, sent } = workersOf(
    2,
    () => ({ store: { ...memory, claim } }),
  );
  const asked = [leader!, waiter!].map(({ ask }) => text(ask()));
  await clock.pass(1_000);
  sent[0]!.open(answer());
  await clock.pass(200);
  assert.deepEqual(await Promise.all(asked), [whole("hi"), whole("hi")]);
  assert.equal(sent.length, 1);
});

for (const form of ["whole", "stream"] as const) {
  test(`turn: an answer that takes long to be stored is waited for too, ${form}`, async () => {
    const time = clock();
    const { workers, sent } = workersOf(2, {
      storeTimeout: 60_000,
      shouldStore: () => time.wait(20_000).then(() => true),
    }, time);
    const asked = workers.map(({ ask }) => text(ask({ stream: form === "stream" })));
    await settle();
    sent[0]!.open(form === "stream" ? stream() : answer());
    await time.pass(21_000);
    assert.equal(new Set(await Promise.all(asked)).size, 1);
    assert.equal(sent.length, 1);
  });
}

test("turn: an answer whose time is over is asked for once", async () => {
  const { workers, clock, sent } = workersOf(3, { ttl: "1h" });
  const ask = async (at: number, content: string) => {
    const asked = workers.map(({ ask }) => text(ask()));
    await clock.pass(5_000);
    assert.equal(sent.length, at + 1);
    sent[at]!.open(answer(content));
    await clock.pass(200);
    assert.deepEqual(new Set(await Promise.all(asked)), new Set([whole(content)]));
  };
  await ask(0, "old");
  await clock.pass(3_600_000);
  await ask(1, "new");
});

test("turn: a caller who leaves gives the turn on", async () => {
  const { workers: [leader, waiter], clock, sent } = workersOf(2);
  const leaving = new AbortController();
  const first = leader!.ask({ signal: leaving.signal });
  await settle();
  const second = text(waiter!.ask());
  await clock.pass(1_000);
  leaving.abort();
  await assert.rejects(first);
  await clock.pass(200);
  assert.equal(sent.length, 2);
  sent[1]!.open(answer());
  assert.equal(await second, whole("hi"));
});

test("turn: who wants it anew, passes, or may not go out does not wait", async () => {
  const { workers: [leader, other], clock, sent } = workersOf(2);
  const first = text(leader!.ask());
  await settle();
  const anew = text(other!.ask({ cacheControl: "no-cache" }));
  const past = text(other!.ask({ cacheControl: "no-store" }));
  const stored = await other!.ask({ cacheControl: "only-if-cached" });
  await settle();
  assert.deepEqual([sent.length, stored.status], [3, 504]);
  sent.forEach(({ open }) => open(answer()));
  assert.deepEqual(await Promise.all([first, anew, past]), Array(3).fill(whole("hi")));
  await clock.pass(0);
});

test("turn: who wants it anew joins a call that waits, but is not served what landed", async () => {
  const { workers: [leader, other], clock, sent } = workersOf(2);
  const first = text(leader!.ask());
  await settle();
  const waiting = text(other!.ask());
  await settle();
  const anew = text(other!.ask({ cacheControl: "no-cache" }));
  await clock.pass(1_000);
  sent[0]!.open(answer("old"));
  await clock.pass(200);
  assert.deepEqual([await first, await waiting, sent.length], [whole("old"), whole("old"), 2]);
  sent[1]!.open(answer("new"));
  assert.equal(await anew, whole("new"));
});

test("turn: other credentials in the same process do not wait for its own claim", async () => {
  const { workers: [one], clock, sent } = workersOf(1);
  const asked = ["a", "b", "c"].map((key) => text(one!.ask({ key })));
  await clock.pass(50);
  assert.equal(sent.length, 3);
  sent.forEach(({ open }) => open(answer()));
  await Promise.all(asked);
});

test("turn: an answer that nobody reads holds up nobody, one that is read slowly does", async () => {
  for (const isRead of [false, true]) {
    const { workers: [leader, waiter], clock, sent } = workersOf(2);
    const first = leader!.ask({ stream: true });
    await settle();
    const body = begin(word("one"));
    const encoder = new TextEncoder();
    const parts = (async function* () {
      for await (const part of body) yield encoder.encode(part as string);
    })();
    const bytes = new ReadableStream({
      async pull(controller) {
        const { done, value } = await parts.next();
        return done ? controller.close() : controller.enqueue(value);
      },
    }, { highWaterMark: 0 });
    sent[0]!.open(new Response(bytes));
    const reading = isRead ? text(first) : await first;
    const second = text(waiter!.ask({ stream: true }));
    await clock.pass(10_000);
    assert.equal(sent.length, isRead ? 1 : 2);
    body.send(LAST);
    body.end();
    if (isRead) await clock.pass(200);
    else sent[1]!.open(stream());
    assert.match(await second, /one/);
    await reading;
  }
});

test("turn: a claim that fails, hangs or is nonsense costs an event, not the call", async () => {
  const claims: Record<string, CacheStore["claim"]> = {
    throws: () => {
      throw new Error("no");
    },
    rejects: () => Promise.reject(new Error("no")),
    hangs: () => new Promise(() => {}),
    nonsense: () => 7 as never,
    "cannot be kept": () => ({
      renew: () => Promise.reject(new Error("no")),
      release: () => {
        throw new Error("no");
      },
    }),
  };
  for (const [name, claim] of Object.entries(claims)) {
    let heads = 0;
    const memory = memoryStore();
    const head: CacheStore["head"] = (key, bytes) => (heads++, memory.head!(key, bytes));
    const { workers: [one], clock, sent } = workersOf(1, {
      store: { ...memory, head, claim: claim! },
    });
    const asked = text(one!.ask());
    await clock.pass(2_000);
    sent[0]!.open(answer());
    await clock.pass(0);
    assert.equal(await asked, whole("hi"), name);
    await settle();
    const story = one!.story();
    assert.ok(story.includes("miss") && story.includes("fault claim"), `${name}: ${story}`);
    // Of a store that hangs there is no second look.
    assert.equal(heads, name === "cannot be kept" ? 3 : 2, name);
  }
});

test("turn: a store that cannot claim is not asked, and nothing is waited for", async () => {
  const { claim: _, ...store } = memoryStore();
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const { workers: [one], sent } = workersOf(1, { store, wait });
  const asked = text(one!.ask());
  await settle();
  sent[0]!.open(answer());
  assert.equal(await asked, whole("hi"));
  assert.deepEqual(waits, []);
});

test("turn: cached functions too, one value and several", async () => {
  const { workers, clock } = workersOf(4);
  let calls = 0;
  const door = gate();
  const values = workers.map(({ cache }) =>
    cache.chat(async ({ model }: { model: string }) => {
      calls++;
      await door.opened;
      return { model };
    })({ model: "m" })
  );
  const streams = workers.map(({ cache }) =>
    all(
      cache.chat(async function* (_: { model: string }) {
        calls++;
        yield 1;
        await door.opened;
        yield 2;
      })({ model: "m" }),
    )
  );
  await clock.pass(5_000);
  assert.equal(calls, 2);
  door.open();
  await settle();
  await clock.pass(200);
  assert.deepEqual(await Promise.all(values), Array(4).fill({ model: "m" }));
  assert.deepEqual(await Promise.all(streams), Array(4).fill([1, 2]));
  assert.equal(calls, 2);
  const heard = workers.flatMap(({ story }) => story()).sort();
  assert.deepEqual(heard, [...Array(6).fill("hit waited"), "miss", "miss"]);
});

test("turn: the same batch of embeddings is one call, one that overlaps is another", async () => {
  const memory = memoryStore();
  const door = gate();
  const stages = [1, 2, 3].map(() =>
    stageOf(
      formats["openai-embeddings"]!,
      { store: { ...memory }, wait: () => settle() },
      async (given) => {
        await door.opened;
        return given;
      },
    )
  );
  const asked = stages.map(({ ask }, at) => ask(at < 2 ? ["a", "b"] : ["b", "c"]));
  await settle();
  await settle();
  door.open();
  const answers = await Promise.all(asked);
  assert.deepEqual(answers[0]!.answer, answers[1]!.answer);
  const out = stages.map(({ out }) => out());
  assert.deepEqual([[...out[0]!, ...out[1]!], out[2]], [[["a", "b"]], [["b", "c"]]]);
});
