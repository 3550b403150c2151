import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { scanJson, scanNumbers, soughtAt } from "../src/bytes/json-scan.ts";
import type { Json } from "./paths.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);
const numRuns = Number(process.env.LLMCACHE_CASES ?? 1000);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const PATHS = ["a", "a.b", "a.*.b", "b.a.a", "*", "*.b", "b.*.*"];

/** Everything that is found, as text. */
function found(text: string, path: string): string[] {
  const bytes = encoder.encode(text);
  const texts: string[] = [];
  scanJson(bytes, 0, bytes.length, soughtAt({ it: [path] }), (from, to, mark) => {
    assert.equal(mark, "it");
    texts.push(decoder.decode(bytes.subarray(from, to)));
  });
  return texts;
}

/** The same by another way: of the parsed value, in its order. */
function expected(value: Json, [name, ...rest]: readonly string[]): Json[] {
  if (name === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    return name === "*" ? value.flatMap((item) => expected(item, rest)) : [];
  }
  return name !== "*" && Object.hasOwn(value, name) ? expected(value[name]!, rest) : [];
}

function numbersIn(value: Json): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

const values = fc.letrec<{ value: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constantFrom<Json>(null, true, false, "", "a", "\\", '"', '\\"}', "{[1", "é\u{1f600}\n"),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "é", '"', "a.b"), tie("value"), {
    minKeys: 3,
    noNullPrototype: true,
  }) as fc.Arbitrary<Json>,
}));
const roots = fc.oneof(values.object, fc.array(values.object), values.value);

const spaces = fc.constantFrom(undefined, 1, "\t", " \r\n");

test("json: every path finds just the values there, however the text is spaced", () => {
  let told = 0;
  const cases = fc.property(roots, fc.constantFrom(...PATHS), spaces, (value, path, space) => {
    const texts = found(JSON.stringify(value, null, space), path);
    const right = expected(value, path.split("."));
    if (right.length > 0) told++;
    assert.deepEqual(texts.map((text) => JSON.parse(text)), JSON.parse(JSON.stringify(right)));
    assert.ok(texts.every((text) => text.trim() === text));
  });
  fc.assert(cases, { seed, numRuns });
  console.log(`json: ${numRuns} values, something found in ${told}, seed ${seed}`);
});

test("json: every number of a value is found, and nothing in a text is one", () => {
  const cases = fc.property(roots, spaces, (value, space) => {
    const bytes = encoder.encode(JSON.stringify(value, null, space));
    const numbers: number[] = [];
    scanNumbers(bytes, 0, bytes.length, (from, to) => {
      numbers.push(JSON.parse(decoder.decode(bytes.subarray(from, to))));
    });
    assert.deepEqual(numbers, numbersIn(JSON.parse(JSON.stringify(value))));
  });
  fc.assert(cases, { seed, numRuns });
});

test("json: of what is no JSON something or nothing is found, and it always ends", () => {
  const texts = fc.string({ unit: fc.constantFrom(...'{}[]",:\\ab1 '), maxLength: 30 });
  const cases = fc.property(texts, fc.constantFrom(...PATHS), (text, path) => {
    const bytes = encoder.encode(`${text}{"a":1}`);
    const end = encoder.encode(text).length;
    scanJson(bytes, 0, end, soughtAt({ it: [path] }), (from, to) => {
      assert.ok(from <= to && to <= end, `${text} ${path} ${from} ${to}`);
    });
  });
  fc.assert(cases, { seed, numRuns });
});
