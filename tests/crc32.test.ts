import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, portableCrc32 } from "../src/bytes/crc32.ts";
import { bytesOf, patterned } from "./bytes.ts";

test("crc32: the check value of the standard", () => {
  for (const sum of [crc32, portableCrc32]) {
    assert.equal(sum(bytesOf("123456789")), 0xcbf43926);
    assert.equal(sum(new Uint8Array()), 0);
    // Unsigned, and with its leading zeros.
    assert.equal(sum(bytesOf("a")), 0xe8b7be43);
  }
});

test("crc32: the runtime's own and the portable one agree, on views too", () => {
  assert.notEqual(crc32, portableCrc32);
  const bytes = patterned(100_000);
  for (const [from, to] of [[0, 1], [0, 100_000], [7, 99], [4_095, 8_193]] as const) {
    const view = bytes.subarray(from, to);
    assert.equal(crc32(view), portableCrc32(view));
    assert.equal(crc32(view), crc32(view.slice()));
  }
});
