import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { createCache } from "../mod.ts";
import { HEAD_BYTES } from "../src/entry.ts";
import { whole } from "./crowd.ts";
import { accidents, cuts, type Damage, flips, hotEnd, onEachVictim } from "./damage.ts";
import { listen } from "./listen.ts";
import { now, survive } from "./survive.ts";
import { asking } from "./ways.ts";

/** Every fifth byte and length, other ones each time; `npm run soak` tries them all. */
const STEP = 5;
const from = Number(process.env.LLMCACHE_SEED ?? Math.floor(Math.random() * STEP)) % STEP;

function* sample(entry: Uint8Array): Generator<Damage> {
  for (const damage of flips(entry)) if (damage.at % STEP === from) yield damage;
  for (const damage of cuts(entry)) if (damage.at % STEP === from) yield damage;
  yield* accidents(entry);
}

test("damage: bytes from the first to the last, and lengths", () =>
  onEachVictim(async (victim) => {
    // Files take their time, so theirs is the shorter one; the soak tries them all.
    const way = victim.readsHead ? "a fetch" : "a streamed fetch";
    console.log(
      `${victim.name}: ${await survive(victim, way, sample)} damaged entries, from byte ${from}`,
    );
  }));

test("damage: where the pace is wanted, the cold part is read, and damage there is told", async () => {
  for (const way of ["a streamed fetch", "a generator"] as const) {
    await onEachVictim(async (victim) => {
      await survive(victim, way, function* (entry) {
        const from = hotEnd(entry) - 9;
        for (const damage of flips(entry)) if (damage.at > from) yield damage;
      }, "recorded");
    });
  }
});

test("damage: behind the first read too", async () => {
  const answer = whole("ein langer Text. ".repeat(6000));
  await onEachVictim(async (victim) => {
    const { story, onEvent } = listen();
    const fetch = () => Promise.resolve(new Response(answer));
    const cache = createCache({ store: victim.store, now, onEvent, fetch });
    const body = JSON.stringify({ model: "m", messages: [] });
    const ask = async () =>
      await (await cache.fetch("https://x.test/v1/chat/completions", { method: "POST", body }))
        .text();
    await ask();
    const entry = victim.read();
    const near = [1, HEAD_BYTES, hotEnd(entry), entry.length].flatMap((at) => [at - 1, at, at + 1]);
    const spread = Array.from({ length: 60 }, (_, n) => n * 1733);
    for (const at of [...near, ...spread].filter((at) => at < entry.length)) {
      const flipped = entry.slice();
      flipped[at]! ^= 4;
      for (const bytes of [flipped, entry.slice(0, at)]) {
        victim.write(bytes);
        story();
        assert.ok(await ask() === answer, `${victim.name}, ${at}`);
        // The second read ends where the answer does.
        const isHot = at < hotEnd(entry) || !victim.readsHead;
        assert.deepEqual(story(), isHot ? ["fault get", "miss damaged"] : ["hit"]);
        if (isHot) assert.ok(victim.read().every((byte, n) => byte === entry[n]));
      }
    }
  });
});

test("damage: in replay mode it is the miss that was asked for, and says why", async () => {
  await onEachVictim(async (victim) => {
    await asking({ store: victim.store }).ask("a fetch");
    await asking({ store: victim.store }).ask("a fetch");
    const entry = victim.read();
    entry[entry.indexOf(10) + 1]! ^= 1;
    victim.write(entry);
    const { story, onEvent } = listen();
    const { ask, out } = asking({ store: victim.store, mode: "replay", onEvent });
    const { error } = JSON.parse(await ask("a fetch") as string);
    assert.equal(error.code, "llmcache_replay_miss");
    assert.match(error.message, /damaged/);
    assert.deepEqual([out(), story()], [0, ["fault get", "replay-miss damaged"]]);
  });
});
