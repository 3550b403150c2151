import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import process from "node:process";
import { openaiEmbeddings } from "../src/dialects/openai-embeddings.ts";
import { toBase64, toList } from "../src/dialects/floats.ts";
import { askOf } from "./ask.ts";
import { judgingOf } from "./fixture-laws.ts";
import { recordedExchanges } from "./recordings.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);
const numRuns = Number(process.env.LLMCACHE_CASES ?? 1000);
const decoder = new TextDecoder();

/** The 32-bit floats of a list, by another way. */
const floatsOf = (list: string) => [...new Float32Array(JSON.parse(list) as number[])];
/** Of base64, as the SDK reads it. */
const decoded = (base64: string) => {
  const bytes = Uint8Array.from(atob(JSON.parse(base64)), (one) => one.charCodeAt(0));
  return [...new Float32Array(bytes.buffer)];
};

test("floats: both encodings say the same 32-bit floats, there and back", () => {
  const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
  fc.assert(
    fc.property(floats, (floats) => {
      const list = `[${floats.map((one) => Object.is(one, -0) ? "-0" : one).join()}]`;
      const base64 = toBase64(list)!;
      assert.deepEqual(decoded(base64), floats);
      assert.deepEqual(floatsOf(toList(base64)!), floats);
      assert.equal(toBase64(toList(base64)!), base64);
    }),
    { seed, numRuns },
  );
  console.log(`floats, there and back: ${numRuns} cases, seed ${seed}`);
});

test("floats: numbers of 64 bits are rounded as a cast to 32 rounds them", () => {
  const doubles = fc.array(fc.double({ min: -1e38, max: 1e38, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(doubles, (doubles) => {
      const list = JSON.stringify(doubles);
      assert.deepEqual(decoded(toBase64(list)!), floatsOf(list));
    }),
    { seed, numRuns },
  );
});

test("floats: a list is written with the fewest digits, as providers write it", () => {
  let numbers = 0;
  for (const { response } of recordedExchanges("openai-embeddings.jsonl")) {
    for (const [list] of response.body.matchAll(/\[[-\d.,e\s]+\]/g)) {
      const compact = list.replaceAll(/\s/g, "");
      assert.deepEqual(JSON.parse(toList(toBase64(list)!)!), JSON.parse(compact));
      numbers += compact.split(",").length;
    }
  }
  console.log(`floats: ${numbers} recorded numbers come back with the same digits`);
  const list = "[0.1,-0.014910275,1e-7,16777216,3.4028235e+38,0,-0,0.5]";
  assert.equal(toList(toBase64(list)!), list);
});

test("floats: what has no 32-bit float, or no word in JSON, is not converted", () => {
  assert.equal(toBase64("[1e39]"), null);
  const infinite = btoa(
    String.fromCharCode(...new Uint8Array(new Float32Array([Infinity]).buffer)),
  );
  for (const text of ["", "AAA", "AAAAAAA=", "AA-_AA==", infinite]) {
    assert.equal(toList(JSON.stringify(text)), null, text);
  }
});

const url = "https://api.openai.com/v1/embeddings";
const request = { model: "m", input: ["a", "b"] };
const { bytes } = judgingOf({ dialect: openaiEmbeddings, request, url: () => url });
const asking = (more: object) => askOf(openaiEmbeddings, { ...request, ...more })!;
const base64 = asking({ encoding_format: "base64" });
const float = asking({});
const fit = (name: string, encoding: "float" | "base64", asked = float) =>
  openaiEmbeddings.fit(bytes(name), { askedUsage: false, encoding }, asked);
const parsed = (answer: Uint8Array | null) => JSON.parse(decoder.decode(answer!));

test("openai-embeddings: an answer in one encoding serves the other", () => {
  assert.deepEqual(parsed(fit("whole", "float", base64)), parsed(bytes("whole-base64")));
  assert.deepEqual(parsed(fit("whole-base64", "base64")), parsed(bytes("whole")));
  const { id, created, usage, data } = parsed(fit("whole-id", "float", base64));
  const { data: _, ...rest } = parsed(bytes("whole-id"));
  assert.deepEqual({ object: "list", model: "m", id, created, usage }, rest);
  assert.deepEqual(data, parsed(bytes("whole-base64")).data);
  assert.ok(decoder.decode(fit("whole-base64", "base64")!).includes("-0]"), "the sign of zero");
});

test("openai-embeddings: a server that knows lists only serves both", () => {
  assert.deepEqual(parsed(fit("whole", "base64")), parsed(bytes("whole")));
  assert.deepEqual(parsed(fit("whole-base64", "float", base64)), parsed(bytes("whole-base64")));
});

test("openai-embeddings: where a conversion could lose something there is none", () => {
  assert.equal(fit("whole-many-vectors", "float", base64), null);
  assert.equal(fit("whole-nan", "float", base64), null);
  assert.equal(
    fit("whole", "float", asking({ encoding_format: "base64", embed_dtype: "float16" })),
    null,
  );
});
