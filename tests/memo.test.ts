import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemo } from "../src/identity/memo.ts";

const text = (name: string, size: number) => name.padEnd(size, ".");

test("memo: what is met again and again stays, the rest is forgotten", () => {
  const memo = createMemo<number>(1_000);
  memo.set(text("often", 100), 1);
  for (let n = 0; n < 50; n++) {
    assert.equal(memo.get(text("often", 100)), 1, `after ${n}`);
    assert.equal(memo.set(text(`${n}`, 100), n), n);
  }
  assert.equal(memo.get(text("0", 100)), undefined);
  assert.equal(memo.get(text("49", 100)), 49);
});

test("memo: half of the characters and half of a thousand texts are sure to stay", () => {
  const memo = createMemo<number>(1_000);
  for (let n = 0; n < 50; n++) memo.set(text(`${n}`, 100), n);
  for (let n = 45; n < 50; n++) assert.equal(memo.get(text(`${n}`, 100)), n);
  const many = createMemo<number>(1 << 20);
  for (let n = 0; n < 5_000; n++) many.set(`${n}`, n);
  let kept = 0;
  for (let n = 0; n < 5_000; n++) kept += many.get(`${n}`) === undefined ? 0 : 1;
  assert.ok(kept >= 500 && kept <= 1_000, `${kept} of 5000`);
});

test("memo: a text of more than half the characters is not remembered, and pushes out none", () => {
  const memo = createMemo<number>(1_000);
  memo.set("a", 1);
  assert.equal(memo.set(text("long", 501), 2), 2);
  assert.equal(memo.get(text("long", 501)), undefined);
  assert.equal(memo.get("a"), 1);
});

test("memo: long texts that have the same name are told apart", () => {
  const memo = createMemo<string>(1 << 20);
  // Of 10 000 characters every fortieth is looked at, and the last 64.
  const one = text("a", 10_000);
  const other = `${one.slice(0, 5_001)}x${one.slice(5_002)}`;
  memo.set(one, "one");
  assert.equal(memo.get(other), undefined);
  memo.set(other, "other");
  assert.equal(memo.get(other), "other");
  assert.notEqual(memo.get(one), "other");
  // They take turns in one place, and push out no others.
  const small = createMemo<string>(30_000);
  small.set("a", "a");
  for (let turn = 0; turn < 20; turn++) small.set(turn % 2 === 0 ? one : other, "");
  assert.equal(small.get("a"), "a");
});
