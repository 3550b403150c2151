import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { type CacheStore, createCache, type DaySavings, type SavingsReport } from "../mod.ts";
import { addUp } from "../src/upkeep/savings.ts";
import { answerOf, question, URL_ } from "./on-clock.ts";
import { inTemporary, whileReadOnly } from "./places.ts";
import { spawnChild } from "./spawn.ts";

const noon = Date.parse("2026-11-25T12:00:00Z");
const DAY = 86_400_000;

/** A cache before a provider that takes 250 ms; its answers are of 5 tokens. */
function asking(store: CacheStore, at = noon) {
  let time = at;
  const fetch = () => {
    time += 250;
    return Promise.resolve(new Response(answerOf(1)));
  };
  const cache = createCache({ store, now: () => time, fetch });
  const ask = async (model = "m") =>
    await (await cache.fetch(URL_, question(undefined, { model }))).text();
  return { cache, ask, pass: (ms: number) => void (time += ms) };
}

const saved = (calls: number) => ({ calls, tokens: 5 * calls, milliseconds: 250 * calls });

/** A store with an account that shows what is handed to it. */
function watched() {
  const added: DaySavings[] = [];
  const store: CacheStore = {
    ...memoryStore(),
    ledger: { add: (savings) => void added.push(savings), read: () => addUp(added) },
  };
  return { added, store };
}

test("saved: a store without an account counts this process, and says so", async () => {
  const store = memoryStore();
  const { cache, ask } = asking(store);
  const none = { calls: 0, tokens: 0, milliseconds: 0 };
  assert.deepEqual((await cache.stats()).saved, { scope: "process", total: none, lastWeek: none });
  await ask();
  for (let n = 0; n < 3; n++) await ask();
  const report: SavingsReport = {
    scope: "process",
    since: "2026-11-25",
    total: saved(3),
    lastWeek: saved(3),
  };
  assert.deepEqual((await cache.stats()).saved, report);
  // Another cache on the same store counts with it; so does a face.
  const other = asking(store);
  await other.ask();
  assert.deepEqual((await cache.with({ namespace: "x" }).stats()).saved.total, saved(4));
});

test("saved: nothing is written while a hit waits, and many hits are one line", async () => {
  const { added, store } = watched();
  const { cache, ask } = asking(store);
  for (let n = 0; n <= 100; n++) await ask();
  assert.deepEqual(added, []);
  await cache.close();
  assert.deepEqual(added, [{ day: "2026-11-25", ...saved(100) }]);
  await cache.close();
  assert.equal(added.length, 1);
});

test("saved: functions count too; calls that went out, joined or were refused do not", async () => {
  const { added, store } = watched();
  const { cache, ask } = asking(store);
  const fn = cache.chat((request: { model: string; n: number }) => Promise.resolve(request.n));
  await Promise.all([ask("a"), ask("a")]);
  await fn({ model: "b", n: 1 });
  await cache.with({ mode: "refresh" }).fetch(URL_, question());
  await cache.with({ mode: "off" }).fetch(URL_, question());
  await cache.with({ mode: "replay" }).fetch(URL_, question(undefined, { model: "none" }));
  assert.deepEqual((await cache.stats()).saved.total.calls, 0);
  await fn({ model: "b", n: 1 });
  await ask("a");
  assert.deepEqual((await cache.stats()).saved.total.calls, 2);
  assert.deepEqual(added.map(({ calls }) => calls), [2]);
});

test("saved: the last seven days are today and the six before", async () => {
  const { store } = watched();
  const { cache, ask, pass } = asking(store);
  await ask();
  await ask();
  for (const [days, week] of [[6, 2], [1, 2], [5, 3], [30, 1]]) {
    pass(days! * DAY);
    await ask();
    const { total, lastWeek, since } = (await cache.stats()).saved;
    assert.equal(since, "2026-11-25");
    assert.equal(lastWeek.calls, week);
    assert.ok(total.calls >= week!);
  }
  assert.equal((await cache.stats()).saved.total.calls, 5);
});

test("saved: an account that fails loses nothing, and nobody hears of it", async () => {
  const { added, store } = watched();
  let isFull = true;
  const flaky: CacheStore = {
    ...store,
    ledger: {
      ...store.ledger!,
      add(savings) {
        if (isFull) throw new Error("ENOSPC");
        return store.ledger!.add(savings);
      },
    },
  };
  const { cache, ask } = asking(flaky);
  for (let n = 0; n < 4; n++) await ask();
  assert.deepEqual((await cache.stats()).saved, {
    scope: "store",
    since: "2026-11-25",
    total: saved(3),
    lastWeek: saved(3),
  });
  isFull = false;
  await ask();
  assert.deepEqual((await cache.stats()).saved.total, saved(4));
  assert.deepEqual(addUp(added), [{ day: "2026-11-25", ...saved(4) }]);

  const unread = watched();
  const mute: CacheStore = {
    ...unread.store,
    ledger: {
      add: () => Promise.reject(new Error("EIO")),
      read: () => Promise.reject(new Error("EIO")),
    },
  };
  const own = asking(mute);
  for (let n = 0; n < 3; n++) await own.ask();
  const { scope, total } = (await own.cache.stats()).saved;
  assert.deepEqual([scope, total], ["process", saved(2)]);
});

test("saved: a directory keeps account over restarts, of a read-only one nothing is asked", () =>
  inTemporary(async (dir) => {
    for (let run = 0; run < 3; run++) {
      const { cache, ask, pass } = asking(nodeFsStore({ dir }));
      pass(run * DAY);
      await ask();
      await ask();
      await cache.close();
    }
    const { cache, ask } = asking(nodeFsStore({ dir }));
    const { saved: report } = await cache.stats();
    assert.deepEqual(report, {
      scope: "store",
      since: "2026-11-25",
      total: saved(5),
      lastWeek: saved(5),
    });
    await whileReadOnly(dir, async () => {
      await ask();
      assert.equal((await cache.stats()).saved.total.calls, 6);
    });
  }));

test("saved: a program that just ends has it all in the account", () =>
  inTemporary(async (dir) => {
    const { said, text } = await spawnChild("saved", { LLMCACHE_DIR: dir }).ended;
    assert.deepEqual(said, { before: false }, text);
    assert.ok(existsSync(join(dir, "ledger", "now.jsonl")), text);
    const { total } = (await asking(nodeFsStore({ dir }), Date.now()).cache.stats()).saved;
    assert.equal(total.calls, 20);
  }));
