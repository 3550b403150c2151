/** What must hold of every format when a stored answer is served otherwise than it was recorded. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import { type Fixtures, formOf, judgingOf } from "./fixture-laws.ts";

const decoder = new TextDecoder();
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The members that count tokens, whatever the format, each with all that is in it. */
const COUNTS =
  /"(?:usage|usageMetadata|prompt_eval_count|eval_count)":\s*(?:\{(?:[^{}]|\{[^{}]*\}|\[[^\]]*\])*\}|[\d.]+)/g;

/** Checks all of them. */
export function servingLaws(fixtures: Omit<Fixtures, "terminator">): void {
  const { dialect, request, url, verdicts } = fixtures;
  const { names, bytes } = judgingOf(fixtures);

  test(`${dialect.name}: with \`usage: "zero"\` a hit counts no tokens, and every other byte stays`, async () => {
    let changed = 0;
    for (const name of names.filter((name) => verdicts[name]!.keep !== "no")) {
      const form = formOf(name);
      const events: CacheEvent[] = [];
      const cache = createCache({
        store: memoryStore(),
        storeIncomplete: true,
        usage: "zero",
        onEvent: (event) => events.push(event),
        fetch: () => Promise.resolve(new Response(bytes(name).slice())),
      });
      const body = JSON.stringify({ ...request, stream: form === "stream" });
      const ask = async (face = cache) =>
        decoder.decode(await (await face.fetch(url(form), { method: "POST", body })).arrayBuffer());
      const recorded = decoder.decode(bytes(name));
      assert.equal(await ask(), recorded, `${name}: what was paid for is told`);
      const served = await ask();
      const right = recorded.replaceAll(
        COUNTS,
        (part) => part.replaceAll(/(?<=[:[,]\s*)-?\d[\d.eE+-]*/g, "0"),
      );
      assert.equal(served, right, name);
      assert.equal(served.replaceAll(NUMBER, "#"), recorded.replaceAll(NUMBER, "#"), name);
      if (served !== recorded) changed++;
      assert.equal(await ask(cache.with({ usage: "recorded" })), recorded, name);
      const { usage } = verdicts[name]!;
      const [, hit] = events;
      assert.ok(hit?.status === "hit", name);
      assert.deepEqual(hit.usage, usage, name);
      assert.equal(hit.saved.tokens, usage ? usage.input + usage.output : 0, name);
      await cache.close();
    }
    console.log(`${dialect.name}: ${changed} fixtures served without tokens`);
    assert.ok(changed > 0);
  });
}
