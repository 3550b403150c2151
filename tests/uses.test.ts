/** Notes of what was used: by whom, when, and how they are written. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { directoryUses, flushAll, notedTime } from "../adapters/directory-uses.ts";
import { layeredStore } from "../adapters/layered.ts";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheStore, createCache } from "../mod.ts";
import { testKey } from "./bytes.ts";
import { formats, stageOf } from "./embedder.ts";
import { withDenoState } from "./places.ts";
import { idle } from "./rooms.ts";
import { answerOf, onClock, question, URL_ } from "./on-clock.ts";

/** Keys that are told by a letter, and that of a path. */
const keyOf = (name: string) => `${"0".repeat(63)}${name}.whole`;
const nameIn = (path: string) => path.at(-7)!;

/** What a test can do when a file is looked at, or its time is set. */
interface Hooks {
  readonly stat?: (name: string) => number;
  readonly setTime?: (name: string) => void;
}

/** File verbs that tell what is set, in the order of times. */
function recorded(verbs: Hooks = {}) {
  const set: { path: string; time: number }[] = [];
  const files = {
    stat: (path: string) => ({ size: 1, time: verbs.stat?.(nameIn(path)) ?? 0 }),
    setTime(path: string, time: number) {
      verbs.setTime?.(nameIn(path));
      set.push({ path, time });
    },
  };
  const uses = directoryUses("/dir", files, () => Promise.resolve());
  const story = () =>
    set.splice(0).sort((a, b) => a.time - b.time).map(({ path }) => nameIn(path)).join(" ");
  return { uses, set, story };
}

test("uses: each is written once, in the order of the last uses, and not twice", () => {
  const { uses, set, story } = recorded();
  for (const name of ["a", "b", "c", "a", "d", "b"]) uses.note(keyOf(name));
  assert.deepEqual(set, []);
  assert.equal(uses.flush(Infinity), false);
  assert.equal(new Set(set.map(({ time }) => Math.floor(time))).size, 4);
  assert.ok(set.every(({ time }) => Math.abs(time - Date.now()) < 60_000));
  assert.equal(story(), "c a d b");
  assert.equal(uses.flush(Infinity), false);
  assert.equal(story(), "");
  uses.note(keyOf("a"));
  uses.flush(Infinity);
  assert.equal(story(), "a");
});

test("uses: in pieces, and what comes meanwhile is for the next batch", () => {
  const { uses, set, story } = recorded();
  for (const name of ["a", "b", "c"]) uses.note(keyOf(name));
  assert.equal(uses.flush(0), true);
  uses.note(keyOf("d"));
  assert.equal(uses.flush(0), true);
  assert.equal(set.length, 2);
  assert.equal(uses.flush(0), false);
  assert.equal(story(), "a b c");
  assert.equal(flushAll(1), false);
  assert.equal(story(), "d");
  assert.equal(flushAll(1), false);
  assert.equal(story(), "");
});

test("uses: where Deno may not write, nothing is tried, for Deno would ask", () => {
  const { uses, story } = recorded();
  return withDenoState("prompt", (asked) => {
    uses.note(keyOf("a"));
    assert.equal(uses.flush(Infinity), false);
    assert.equal(story(), "");
    assert.deepEqual(asked, [{ name: "write", path: "/dir" }]);
  });
});

test("uses: what is noted and not yet written is known by directory", () => {
  const { uses, set } = recorded();
  const times = () => ["a", "b", "c"].map((name) => notedTime("/dir", keyOf(name)));
  assert.deepEqual(times(), [0, 0, 0]);
  uses.noteWritten(keyOf("b"));
  uses.note(keyOf("a"));
  const [a, b, c] = times();
  assert.ok(a! > b! && b! > 0 && c === 0);
  assert.equal(notedTime("/other", keyOf("a")), 0);
  uses.flush(0);
  assert.equal(times().filter((time) => time > 0).length, 1);
  uses.note(keyOf("c"));
  uses.flush(Infinity);
  assert.deepEqual([times(), set.length], [[0, 0, 0], 3]);
});

test("uses: what someone used after it was written is not made older; what was used is younger", () => {
  let other = 0;
  const { uses, story } = recorded({ stat: (name) => name === "e" ? other : 0 });
  uses.noteWritten(keyOf("e"));
  uses.noteWritten(keyOf("f"));
  other = Date.now() + 5_000;
  uses.flush(Infinity);
  assert.equal(story(), "f");
  uses.noteWritten(keyOf("e"));
  uses.note(keyOf("e"));
  uses.flush(Infinity);
  assert.equal(story(), "e");
});

test("uses: of what is gone nothing is said, and where nothing can be set no more is tried", () => {
  let code = "ENOENT";
  let tried = 0;
  const { uses, story } = recorded({
    setTime(name) {
      tried++;
      if (name !== "b") throw Object.assign(new Error(code), { code });
    },
  });
  for (const name of ["a", "b", "c"]) uses.note(keyOf(name));
  uses.flush(Infinity);
  assert.equal(story(), "b");
  code = "EROFS";
  tried = 0;
  for (const name of ["a", "b", "c"]) uses.note(keyOf(name));
  assert.equal(uses.flush(Infinity), false);
  assert.deepEqual([tried, story()], [1, ""]);
});

test("uses: the times of very many in one moment do not run far ahead", () => {
  const { uses, set } = recorded();
  for (let n = 0; n < 20_000; n++) uses.note(testKey(n));
  uses.flush(Infinity);
  assert.equal(set.length, 20_000);
  assert.ok(set.every(({ time }) => time <= Date.now() + 1_000));
});

/** A store that tells what was touched. */
function watched(touch?: (key: string) => void | Promise<void>) {
  const touched: string[] = [];
  const store: CacheStore = {
    ...memoryStore(),
    touch: (key) => (touched.push(key), touch?.(key)),
  };
  return { store, touched };
}

test("touch: hits do, and stale answers; calls that went out, listings and checks do not", async () => {
  const { store, touched } = watched();
  let isDown = false;
  const { cache, ask, pass } = onClock(
    { store, ttl: 60, staleIfError: "1d" },
    (n) => new Response(answerOf(n), { status: isDown ? 503 : 200 }),
  );
  await ask();
  await ask("no-cache");
  for await (const _ of cache.entries()) await cache.stats();
  await cache.verify();
  await cache.why({ url: URL_, body: JSON.parse(question().body as string) });
  assert.deepEqual(touched, []);
  await ask();
  assert.equal(touched.length, 1);
  assert.notEqual(await store.get(touched[0]!), null);
  pass(100);
  isDown = true;
  assert.equal(await ask(), 2);
  assert.deepEqual(touched, [touched[0], touched[0]]);
  const double = cache.chat((n: { model: string; n: number }) => Promise.resolve(2 * n.n));
  for (let n = 0; n < 3; n++) assert.equal(await double({ model: "m", n: 4 }), 8);
  assert.equal(touched.length, 4);
});

test("touch: of a batch each vector that is known", async () => {
  const { store, touched } = watched();
  const { ask } = stageOf(formats["openai-embeddings"]!, { store });
  await ask(["a", "b"]);
  await ask(["c"]);
  assert.deepEqual(touched, []);
  await ask(["b", "d"]);
  assert.equal(touched.length, 1);
  assert.notEqual(await store.get(touched[0]!), null);
});

test("touch: one that fails changes nothing", async () => {
  for (const touch of [() => Promise.reject(new Error("no")), () => fail()]) {
    const { store, touched } = watched(touch);
    const { ask, story } = onClock({ store });
    for (let n = 0; n < 3; n++) assert.equal(await ask(), 1);
    await idle();
    assert.deepEqual([touched.length, story()], [2, ["miss", "hit", "hit"]]);
  }
});

function fail(): never {
  throw new Error("no");
}

test("touch: what the fast store answers is of use in the slow one", async () => {
  const slow = watched();
  const store = layeredStore(memoryStore(), slow.store);
  const cache = createCache({ store, fetch: () => Promise.resolve(new Response(answerOf(1))) });
  for (let n = 0; n < 3; n++) await (await cache.fetch(URL_, question())).text();
  assert.equal(slow.touched.length, 2);
  const failing = layeredStore({ ...memoryStore(), touch: fail }, slow.store);
  await failing.touch!(testKey(1));
  assert.equal(slow.touched.at(-1), testKey(1));
  assert.equal(layeredStore(memoryStore(), memoryStore()).touch, undefined);
});
