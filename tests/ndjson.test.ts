import assert from "node:assert/strict";
import { test } from "node:test";
import { createLineParser } from "../src/bytes/ndjson.ts";
import { plainCuts } from "./cuts.ts";

test("ndjson: lines wherever the bytes are cut, blank ones aside, the last without its line feed", () => {
  const lines = ['{"a":"Genève 🦙"}', '{"b":1}\r', " 2"];
  const bytes = new TextEncoder().encode(`\n${lines[0]}\n\r\n\n${lines[1]}\n \n${lines[2]}`);
  for (const chunks of plainCuts(bytes)) {
    const parser = createLineParser();
    assert.deepEqual(chunks.flatMap((chunk) => parser.push(chunk)), lines.slice(0, 2));
    assert.deepEqual(parser.end(), lines.slice(2));
    assert.deepEqual(parser.end(), []);
  }
});
