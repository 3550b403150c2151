/** Whatever is known of a batch, the answer is what the provider would have given for all of it. */

import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import { askFor, type Format, formats, providerOf } from "./embedder.ts";

const numRuns = Number(process.env.LLMCACHE_CASES ?? 1000);
const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);

/** Few, so that batches overlap and inputs come twice. */
const texts = fc.constantFrom(
  "a",
  "b",
  "c",
  "d",
  "A",
  "é",
  "e\u0301",
  '"',
  "1",
  "[1]",
  "a b",
  "\n",
);
const batch = (input: fc.Arbitrary<unknown>) => fc.array(input, { minLength: 1, maxLength: 8 });
const tokens = fc.array(fc.nat(3), { minLength: 1, maxLength: 3 });

/** How a batch may be asked for. */
interface Turn {
  readonly inputs: readonly unknown[];
  readonly more: object;
}

function turnsOf(name: string): fc.Arbitrary<Turn[]> {
  const isOpenai = name === "openai-embeddings";
  const inputs = isOpenai ? fc.oneof(batch(texts), batch(tokens)) : batch(texts);
  const more = isOpenai
    ? fc.record({
      encoding_format: fc.constantFrom("float", "base64"),
      dimensions: fc.constantFrom(1, 2),
      user: fc.constantFrom("u", "v"),
    }, { requiredKeys: [] })
    : fc.constant({});
  return fc.array(fc.record({ inputs, more }), { minLength: 2, maxLength: 5 });
}

/** What has been asked for already, by another way: the inputs of each kind of request. */
function inputKey(
  input: unknown,
  { encoding_format: _, user: __, ...more }: Record<string, unknown>,
) {
  return JSON.stringify([input, more.dimensions]);
}

async function check(format: Format, turns: readonly Turn[]): Promise<number> {
  const provider = providerOf(format);
  const cache = createCache({ store: memoryStore(), fetch: provider.fetch });
  const known = new Set<string>();
  const whole = new Map<string, unknown>();
  let partial = 0;
  for (const { inputs, more } of turns) {
    const body = { ...format.ask(inputs), ...more };
    const keys = inputs.map((input) => inputKey(input, more as Record<string, unknown>));
    const unknown = [...new Set(keys)].filter((key) => !known.has(key));
    const { answer, status } = await askFor(cache.fetch, format.url, body);
    const { rest, spent } = format.read(answer);
    assert.deepEqual(rest, format.read(format.give(body)).rest);
    const out = provider.out().flatMap((body) =>
      format.inputsOf(body).map((input) => inputKey(input, body))
    );
    const before = whole.get(JSON.stringify(keys));
    if (before !== undefined) {
      assert.equal(spent, before, "an identical batch replays exactly");
      assert.match(status, /^llmcache; hit$|^llmcache; hit; detail=items$/);
    } else if (unknown.length === 0) {
      assert.equal(status, "llmcache; hit; detail=items");
      assert.equal(spent, 0);
    } else if (unknown.length < keys.length) {
      assert.equal(status, "llmcache; fwd=miss; detail=partial");
      assert.equal(spent, unknown.length);
      partial++;
    } else {
      assert.equal(status, "llmcache; fwd=miss");
      assert.equal(spent, inputs.length);
    }
    assert.deepEqual(out, before === undefined ? unknown : []);
    keys.forEach((key) => known.add(key));
    whole.set(JSON.stringify(keys), spent);
  }
  await cache.close();
  return partial;
}

for (const [name, format] of Object.entries(formats)) {
  test(`${name}: of any batches in a row each answer is the provider's`, async () => {
    let partial = 0;
    await fc.assert(
      fc.asyncProperty(turnsOf(name), async (turns) => {
        partial += await check(format, turns);
      }),
      { seed, numRuns },
    );
    assert.ok(partial > 0);
    console.log(
      `${name}: ${numRuns} rows of batches, ${partial} of them partly known, seed ${seed}`,
    );
  });
}
