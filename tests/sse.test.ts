import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createSseParser } from "../src/bytes/sse.ts";
import { plainCuts, randomCuts } from "./cuts.ts";

const encoder = new TextEncoder();

type Told = readonly [data: string, name?: string];

function split(chunks: readonly Uint8Array[]): Told[] {
  const parser = createSseParser();
  return chunks.flatMap((chunk) => parser.push(chunk)).map(({ data, name }) =>
    name ? [data, name] : [data]
  );
}

const cases: Record<string, [text: string, events: Told[]]> = {
  "line feeds": ["data: a\n\ndata: b\n\n", [["a"], ["b"]]],
  "carriage returns": ["data: a\r\rdata: b\r\r", [["a"], ["b"]]],
  "both": ["data: a\r\n\r\ndata: b\r\n\r\n", [["a"], ["b"]]],
  "mixed": ["data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", [["a"], ["b"], ["c"]]],
  "mixed in one event": ["data: x\r\rdata: a\r\ndata: b\r\r", [["x"], ["a\nb"]]],
  "no space": ["data:a\n\ndata:  b\n\n", [["a"], [" b"]]],
  "several lines": ["data: a\ndata:\ndata: b\n\n", [["a\n\nb"]]],
  "no colon": ["data\ndata\n\n", [["\n"]]],
  "comments": [": x\n\n:\ndata: a\n: y\ndata: b\n\n", [["a\nb"]]],
  "names": ["event: error\ndata: a\n\ndata: b\n\n", [["a", "error"], ["b"]]],
  "other fields": ["id: 1\nretry: 5\nDATA: x\ndata: a\n\n", [["a"]]],
  "no data": ["event: x\n\ndata:\n\ndata: a\n\n", [["a"]]],
  "colons in data": ['data: {"a":"b: c"}\n\n', [['{"a":"b: c"}']]],
  "byte order mark": ["\ufeffdata: a\n\n\ufeffdata: b\n\ndata: \ufeff\n\n", [["a"], ["\ufeff"]]],
  "long characters": ["data: é€\u{1f600}\u2028\n\n", [["é€\u{1f600}\u2028"]]],
  "unfinished": ["data: a\n\ndata: b\n", [["a"]]],
  "unfinished line": ["data: a\n\ndata: b", [["a"]]],
  "blank lines": ["\n\n\r\n\rdata: a\n\n\n\n", [["a"]]],
  "nothing": ["", []],
};

for (const [name, [text, events]] of Object.entries(cases)) {
  test(`sse: ${name}, wherever it is cut`, () => {
    const bytes = encoder.encode(text);
    // What follows settles a carriage return at the end.
    const closed = encoder.encode(`${text}: end\n`);
    for (const chunks of plainCuts(closed)) assert.deepEqual(split(chunks), events);
    fc.assert(fc.property(randomCuts(closed), (chunks) => {
      assert.deepEqual(split(chunks), events);
    }));
    for (let end = 0; end <= bytes.length; end++) {
      const chunks = [bytes.slice(0, end), bytes.slice(end), encoder.encode(": end\n")];
      assert.deepEqual(split(chunks), events, `cut at ${end}`);
    }
  });
}

test("sse: an event does not wait for more than its own bytes", () => {
  for (const end of ["\n", "\r", "\r\n"]) {
    const parser = createSseParser();
    const bytes = encoder.encode(`data: a${end}${end}`);
    const told = [...bytes].map((byte) => parser.push(new Uint8Array([byte])).length);
    assert.deepEqual(told, [...bytes].map((_, at) => at === bytes.length - 1 ? 1 : 0));
  }
});

test("sse: the end gives what stands without its blank line, once", () => {
  for (const text of ["data: a", "data: a\n", "data: a\r", "data: a\r\n", "data: a\r\n\r"]) {
    const parser = createSseParser();
    assert.deepEqual(parser.push(encoder.encode(text)), []);
    assert.deepEqual(parser.end().map(({ data }) => data), ["a"], JSON.stringify(text));
    assert.deepEqual(parser.end(), []);
  }
});

test("sse: the places of all events, taken out, leave comments and nothing else", () => {
  const text = "\ufeff: one\ndata: a\n: two\r\nid: 7\r\n\r\n:three\n\ndata: é\r\rdata: rest";
  const bytes = encoder.encode(text);
  for (const chunks of plainCuts(bytes)) {
    const parser = createSseParser();
    const events = chunks.flatMap((chunk) => parser.push(chunk));
    const spans = events.flatMap((event) => event.spans);
    const taken = spans.map(([start, end]) => new TextDecoder().decode(bytes.slice(start, end)));
    assert.deepEqual(taken.join(""), "data: a\nid: 7\r\n\r\ndata: é\r\r");
  }
});
