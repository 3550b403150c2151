import assert from "node:assert/strict";
import { test } from "node:test";
import { toJson } from "../src/bytes/json.ts";

test("json: what JSON keeps unchanged is taken", () => {
  const shared = { x: 1 };
  for (
    const value of [
      null,
      "",
      "\ud800",
      0,
      1e21,
      true,
      [],
      [[1], { a: [] }],
      {},
      { a: null, b: shared, c: shared },
      Object.assign(Object.create(null), { a: 1 }),
      JSON.parse('{"__proto__":{"a":1}}'),
    ]
  ) {
    const text = toJson(value);
    assert.equal(text, JSON.stringify(value));
    assert.deepEqual({ value: JSON.parse(text!) }, { value: JSON.parse(JSON.stringify(value)) });
  }
});

test("json: what JSON would change is refused", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const beside = Object.assign([1], { extra: 1 });
  for (
    const value of [
      undefined,
      { a: undefined },
      NaN,
      Infinity,
      -0,
      1n,
      Symbol("s"),
      () => 1,
      new Date(0),
      new Map(),
      new Uint8Array(1),
      // deno-lint-ignore no-sparse-arrays
      [1, , 2],
      [undefined],
      beside,
      { [Symbol("s")]: 1 },
      { toJSON: () => 1 },
      Object.defineProperty({}, "hidden", { value: 1 }),
      Object.defineProperty({}, "a", { get: () => 1, enumerable: true }),
      new (class Message {})(),
      cycle,
    ]
  ) {
    assert.equal(toJson(value), undefined, String(typeof value));
  }
});
