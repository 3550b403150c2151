import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { directoryLedger } from "../adapters/directory-ledger.ts";
import type { SyncFiles } from "../adapters/file-verbs.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import type { DaySavings } from "../mod.ts";
import { collect, patterned, testKey } from "./bytes.ts";
import { hasModes, inTemporary, modeOf, withDenoState } from "./places.ts";
import { spawnChild } from "./spawn.ts";

const start = Date.parse("2026-11-25T12:00:00Z");
const one: DaySavings = { day: "2026-11-25", calls: 1, tokens: 10, milliseconds: 100 };
const sum = (count: number): DaySavings[] => [{
  day: one.day,
  calls: count,
  tokens: 10 * count,
  milliseconds: 100 * count,
}];

/** The account of a directory that is there, on a clock that stands still until it is moved. */
function open(dir: string, longest?: number, verbs: Partial<SyncFiles> = {}) {
  let time = start;
  const files = { ...nodeFiles()!, ...verbs };
  const ledger = directoryLedger(dir, files, () => time, longest);
  return { ledger, pass: (ms: number) => void (time += ms) };
}

const filesIn = (dir: string) => readdirSync(join(dir, "ledger")).sort();

test("ledger: lies beside the entries, private, out of repositories, and is no entry", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await store.set(testKey(1), patterned(9));
    assert.equal(existsSync(join(dir, "ledger")), false);
    await store.ledger!.add(one);
    assert.deepEqual(filesIn(dir), [".gitignore", "now.jsonl"]);
    const line = '{"day":"2026-11-25","calls":1,"tokens":10,"milliseconds":100}\n';
    assert.equal(readFileSync(join(dir, "ledger", "now.jsonl"), "utf8"), line);
    assert.equal(readFileSync(join(dir, "ledger", ".gitignore"), "utf8"), "*\n");
    if (hasModes) {
      assert.equal(modeOf(join(dir, "ledger")), "700");
      assert.equal(modeOf(join(dir, "ledger", "now.jsonl")), "600");
    }
    assert.deepEqual(await collect(store.keys()), [testKey(1)]);
  }));

test("ledger: a line that was cut or damaged costs itself alone", () =>
  inTemporary(async (dir) => {
    const { ledger } = open(dir);
    await ledger.add(one);
    const path = join(dir, "ledger", "now.jsonl");
    const whole = readFileSync(path, "utf8");
    const bad = [
      '{"day":"2026-11-25","calls":1,',
      "\0\0\0",
      '{"day":"today","calls":1}',
      "[]",
      "null",
    ];
    bad.push('{"day":"2026-11-25","calls":-1,"tokens":1,"milliseconds":1}');
    bad.push('{"day":"2026-11-25","calls":1e999,"tokens":1,"milliseconds":1}');
    writeFileSync(path, whole + bad.join("\n") + "\n" + whole);
    writeFileSync(join(dir, "ledger", "notes.jsonl"), whole);
    assert.deepEqual(await ledger.read(), sum(2));
  }));

test("ledger: what grows long is laid aside, and summed when nobody can be writing to it", () =>
  inTemporary(async (dir) => {
    const { ledger, pass } = open(dir, 500);
    for (let n = 1; n <= 40; n++) {
      await ledger.add(one);
      assert.deepEqual(await ledger.read(), sum(n));
    }
    const aside = () =>
      filesIn(dir).filter((name) => name.endsWith(".jsonl") && name !== "now.jsonl");
    const sizes = () => aside().map((name) => statSync(join(dir, "ledger", name)).size);
    assert.equal(aside().length, 4);
    assert.ok(sizes().every((size) => size >= 500), `${sizes()}`);
    // Not yet: someone may have opened it just before.
    pass(59_000);
    for (let n = 0; n < 9; n++) await ledger.add(one);
    assert.ok(sizes().every((size) => size >= 500), `${sizes()}`);
    pass(59_000);
    for (let n = 0; n < 9; n++) await ledger.add(one);
    assert.equal(sizes().filter((size) => size < 100).length, 4);
    assert.deepEqual(await ledger.read(), sum(58));
    assert.deepEqual(filesIn(dir).filter((name) => name.endsWith(".tmp")), []);
  }));

test("ledger: whoever is killed while it is summed, nothing is counted twice or lost", () =>
  inTemporary(async (dir) => {
    const { ledger, pass } = open(dir, 200);
    for (let n = 0; n < 20; n++) await ledger.add(one);
    pass(100_000);
    const real = nodeFiles()!;
    const steps: Partial<SyncFiles>[] = [
      { write: () => fail() },
      { rename: () => fail() },
      { rename: (from, to) => from.endsWith(".tmp") ? fail() : real.rename(from, to) },
      { rename: (from, to) => from.endsWith("now.jsonl") ? fail() : real.rename(from, to) },
      { read: () => fail() },
    ];
    let count = 20;
    for (const verbs of steps) {
      const other = open(dir, 200, verbs);
      other.pass(100_000);
      for (let n = 0; n < 5; n++, count++) await other.ledger.add(one);
      assert.deepEqual(await ledger.read(), sum(count));
    }
    for (let n = 0; n < 5; n++, count++) await ledger.add(one);
    assert.deepEqual(await ledger.read(), sum(count));
    // What they left behind is cleared away with all the rest.
    const left = () => filesIn(dir).filter((name) => name.endsWith(".tmp")).length;
    assert.notEqual(left(), 0);
    assert.notEqual(await nodeFsStore({ dir }).tidy!(start + 1e9), 0);
    assert.deepEqual([left(), await ledger.read()], [0, sum(count)]);
  }));

function fail(): never {
  throw new Error("killed");
}

test("ledger: several processes that add, lay aside and sum lose nothing", () =>
  inTemporary(async (dir) => {
    const children = [1, 2, 3].map(() => spawnChild("ledger", { LLMCACHE_TEST_DIR: dir }));
    const said = await Promise.all(children.map(({ ended }) => ended));
    for (const { said: added, text } of said) assert.deepEqual(added, { added: 400 }, text);
    assert.ok(filesIn(dir).length > 5);
    assert.deepEqual(await open(dir).ledger.read(), sum(1200));
  }));

test("ledger: where Deno may not write, nothing is tried, for Deno would ask", () =>
  withDenoState("prompt", () =>
    inTemporary((dir) => {
      const append = () => assert.fail("it is tried");
      const { ledger } = open(dir, 500, { append });
      assert.throws(() => void ledger.add(one), /Deno may not write to/);
      assert.deepEqual(ledger.read(), []);
    })));

test("ledger: a directory that is gone is not made again for it", () =>
  inTemporary(async (dir) => {
    const place = join(dir, "gone");
    const store = nodeFsStore({ dir: place });
    await assert.rejects(async () => await store.ledger!.add(one), { code: "ENOENT" });
    assert.deepEqual(await store.ledger!.read(), []);
    await store.set(testKey(1), patterned(9));
    await store.ledger!.add(one);
    rmSync(place, { recursive: true });
    await assert.rejects(async () => await store.ledger!.add(one), { code: "ENOENT" });
    assert.equal(existsSync(place), false);
  }));
