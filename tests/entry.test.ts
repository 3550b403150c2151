import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEntry, parseCold, parseEntry, parseHeadline, type Recording } from "../src/entry.ts";

const key = `${"0".repeat(64)}.stream`;
const encoder = new TextEncoder();
const recording: Recording = {
  key,
  form: "stream",
  status: 200,
  headers: { "content-type": "text/event-stream" },
  at: 1_700_000_000_000,
  took: 1234,
  dialect: "openai-chat",
  model: "gpt-x",
  namespace: "",
  sample: 0,
  askedUsage: false,
  words: "Grüße\nan alle",
};
const answer = ["data: 1\n\n", "data: [DONE]\n\n"].map((text) => encoder.encode(text));
const cold = {
  request: { url: "https://x/v1/chat/completions", headers: {}, body: '{"model":"gpt-x"}' },
  identity: { v: 1, target: { origin: "https://x", path: "/v1/chat/completions" } },
  chunks: [[1, 9], [2, 14]] as [number, number][],
};
const bytes = formatEntry(recording, answer, cold);
/** Where the hot part ends. */
const hot = bytes.indexOf(10) + 1 + 9 + 14;

test("entry: what was recorded comes back, from all of it or from its beginning", () => {
  for (const asked of [Infinity, bytes.length, 1 << 15, hot]) {
    const entry = parseEntry(bytes.slice(0, asked), asked, key);
    assert.ok(entry && typeof entry === "object");
    assert.equal(new TextDecoder().decode(entry.answer), "data: 1\n\ndata: [DONE]\n\n");
    assert.equal(entry.recording.words, recording.words);
  }
  assert.equal(parseEntry(bytes.slice(0, hot - 1), hot - 1, key), hot);
  const { check, ...read } = parseCold(bytes, key)!;
  assert.deepEqual(read, cold);
  assert.match(check, /^[0-9a-f]{8}$/);
});

test("entry: line 1 is read from any beginning that holds it", () => {
  const line = bytes.indexOf(10) + 1;
  for (const asked of [Infinity, bytes.length + 9, hot - 1, line]) {
    const headline = parseHeadline(bytes.slice(0, asked), asked, key);
    assert.ok(headline && typeof headline === "object");
    const { recording: { words, at }, ...sizes } = headline;
    assert.deepEqual([words, at], [recording.words, recording.at]);
    assert.deepEqual(sizes, { bytes: bytes.length, answerBytes: hot - line });
  }
  assert.equal(parseHeadline(bytes.slice(0, 100), 100, key), 800);
  assert.equal(parseHeadline(bytes.slice(0, 100), 200, key), null, "there is no more");
  assert.equal(parseHeadline(bytes, Infinity, `${"1".repeat(64)}.stream`), null);
  const other = encoder.encode(
    new TextDecoder().decode(bytes).replace('"llmcache":1', '"llmcache":2'),
  );
  assert.equal(parseHeadline(other, Infinity, key), null);
});

test("entry: a person can read it", () => {
  const [line, ...rest] = new TextDecoder().decode(bytes).split("\n");
  assert.equal(JSON.parse(line!).model, "gpt-x");
  assert.equal(rest.slice(0, 4).join("\n"), "data: 1\n\ndata: [DONE]\n");
  assert.deepEqual(JSON.parse(rest.at(-2)!).request.body, { model: "gpt-x" });
});

test("entry: a body that JSON would change is kept as its text", () => {
  const request = { ...cold.request, body: '{"a":1e400, "a":2}' };
  const odd = formatEntry(recording, answer, { ...cold, request });
  assert.equal(parseCold(odd, key)?.request.body, request.body);
});

test("entry: under another key it is none", () => {
  assert.equal(parseEntry(bytes, Infinity, `${"1".repeat(64)}.stream`), null);
});

test("entry: every byte flipped and every truncation is damage, never another answer", () => {
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [1, 0x80]) {
      const damaged = bytes.slice();
      damaged[at]! ^= bit;
      assert.equal(parseEntry(damaged, Infinity, key), null, `flipped bit at ${at}`);
      assert.equal(parseCold(damaged, key), null);
    }
    const cut = bytes.slice(0, at);
    assert.equal(parseEntry(cut, Infinity, key), null, `cut at ${at}`);
    assert.equal(parseEntry(cut, 1 << 15, key), null, `cut at ${at}, read by its head`);
  }
});

test("entry: a damaged beginning is damage for whoever read no more than that", () => {
  for (let at = 0; at < hot; at++) {
    const damaged = bytes.slice(0, hot);
    damaged[at]! ^= 1;
    const found = parseEntry(damaged, hot, key);
    assert.ok(found === null || typeof found === "number", `flipped at ${at}`);
  }
});

test("entry: an array that is given again is known, unless what is in it has changed", () => {
  const given = bytes.slice();
  const first = parseEntry(given, 1 << 15, key);
  assert.ok(first && typeof first === "object");
  assert.equal(parseEntry(given, 1 << 15, key), first);
  assert.equal(parseEntry(given, 1 << 15, key.replace("0", "1")), null);
  given[hot - 1]! ^= 1;
  assert.equal(parseEntry(given, 1 << 15, key), null);
  given[hot - 1]! ^= 1;
  given[hot + 5]! ^= 1;
  assert.notEqual(parseEntry(given, 1 << 15, key), null, "the cold part does not count");
  assert.equal(parseEntry(given, Infinity, key), null);
  const same = formatEntry({ ...recording, took: 4321 }, answer, cold);
  given.set(same);
  const replaced = parseEntry(given, 1 << 15, key);
  assert.ok(replaced && typeof replaced === "object");
  assert.equal(replaced.recording.took, 4321);
});

test("entry: an array that was given away is damage, and throws nothing", () => {
  const given = bytes.slice();
  assert.ok(parseEntry(given, 1 << 15, key));
  structuredClone(given, { transfer: [given.buffer] });
  assert.equal(parseEntry(given, 1 << 15, key), null);
  assert.equal(parseHeadline(given, 1 << 15, key), null);
});

test("entry: what is no entry is none", () => {
  for (const text of ["", "\n", "{}", "null\n", '{"llmcache":2}\n', `${"x".repeat(99)}\n`]) {
    assert.equal(parseEntry(encoder.encode(text), Infinity, key), null, text);
  }
});
