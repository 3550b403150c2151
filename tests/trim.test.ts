/** Making room in a directory: the order, what stays, and several at once. */

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { evict, surveyDirectory, type Walk } from "../adapters/directory-trim.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { inTemporary, listing } from "./places.ts";
import { age, fill, heldIn, idle, openRoom, pathIn, range, until } from "./rooms.ts";
import { createRandom } from "./soak/random.ts";
import { spawnChild } from "./spawn.ts";

const seed = Number(process.env["LLMCACHE_SEED"] ?? Date.now() % 1e9);

/** A walk that never rests. */
const walkIn = (dir: string, files: Partial<Walk["files"]> = {}): Walk => ({
  dir,
  files: { ...nodeFiles()!, ...files },
  noted: () => 0,
  breathe: () => undefined,
  goesOn: () => true,
});

test("trim: what is no entry is left alone", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await fill(store, 1, 257, 2);
    await store.ledger!.add({ day: "2026-11-25", calls: 1, tokens: 1, milliseconds: 1 });
    await store.claim!(testKey(3), 60_000);
    mkdirSync(join(dir, "zz"));
    const others = ["01/.123.tmp", `01/.1.${crypto.randomUUID()}.tmp`, "01/notes.txt", "README"];
    others.push("03", `01/${testKey(2)}`, `01/${testKey(1)}.old`, `zz/${testKey(1)}`, testKey(1));
    for (const name of others) {
      writeFileSync(join(dir, name), patterned(1000));
      utimesSync(join(dir, name), 1, 1);
    }
    mkdirSync(join(dir, "02", testKey(0x102)));
    const before = listing(dir);
    assert.deepEqual(await store.trim!(0), { entries: 3, bytes: 3000 });
    const gone = before.filter((name) => !listing(dir).includes(name));
    assert.deepEqual(gone, [`01/${testKey(1)}`, `01/${testKey(257)}`, `02/${testKey(2)}`]);
    assert.deepEqual(await collect(store.keys()), [testKey(0x102)]);
    assert.equal(await store.tidy!(2), 1);
    await assert.rejects(async () => await store.trim!(-1), /`maxBytes` must be a number from 0/);
    await assert.rejects(async () => await store.trim!(NaN), TypeError);
    await store.close!();
  }));

test("trim: of entries of one time as many go as must, and what is older first", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await fill(store, ...range(1, 40));
    await store.close!();
    for (const n of range(1, 10)) utimesSync(pathIn(dir, n), 1e9, 1e9);
    for (const n of range(11, 30)) utimesSync(pathIn(dir, n), 1.7e9, 1.7e9);
    assert.deepEqual(await nodeFsStore({ dir }).trim!(25_900), { entries: 15, bytes: 15_000 });
    const { numbers } = heldIn(dir);
    assert.deepEqual(numbers.filter((n) => n <= 10 || n > 30), range(31, 40));
  }));

test("trim: what is used or replaced while it is judged stays", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await fill(store, ...range(1, 20));
    await store.close!();
    for (const n of range(1, 20)) age(dir, n, 100 - n);
    const survey = await surveyDirectory(walkIn(dir), { most: 10_000, kept: 10_000 }, Infinity);
    assert.deepEqual([survey.bytes, survey.excess], [20_000, 10_000]);
    // After it was listed, and before it would be removed.
    const { list } = nodeFiles()!;
    const meanwhile = (path: string) => {
      const names = list(path);
      if (path.endsWith("/03")) age(dir, 3, 0);
      if (path.endsWith("/04")) writeFileSync(pathIn(dir, 4), patterned(500));
      if (path.endsWith("/05")) nodeFiles()!.remove(pathIn(dir, 5));
      return names;
    };
    assert.deepEqual(await evict(walkIn(dir, { list: meanwhile }), survey), {
      entries: 7,
      bytes: 7_000,
    });
    assert.deepEqual(heldIn(dir).numbers, [3, 4, ...range(11, 20)]);
  }));

test("trim: a part of a directory tells of all", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    // Four in each of 16 folders.
    const numbers = range(0, 63).map((n) => 16 * n);
    await fill(store, ...numbers);
    await store.close!();
    for (const n of numbers) age(dir, n, 2000 - n);
    let looks = 0;
    const stat = (path: string) => (looks++, nodeFiles()!.stat(path));
    const walk = walkIn(dir, { stat });
    const room = { most: 40_000, kept: 32_000 };
    const { bytes, isRough } = await surveyDirectory(walk, room, 16, true);
    assert.deepEqual([looks, bytes, isRough], [16, 64_000, true]);
    const survey = await surveyDirectory(walk, room, 16);
    assert.deepEqual([looks, survey.isRough], [80, false]);
    assert.deepEqual([survey.bytes, survey.excess], [64_000, 32_000]);
    const { entries } = await evict(walk, survey);
    // Which four folders were seen is chance; that each holds two old and two new entries is not.
    assert.ok(entries >= 20 && entries <= 32, `${entries}`);
    assert.deepEqual(heldIn(dir).numbers, numbers.slice(entries));
  }));

test("trim: whatever else happens, a value is whole or not there", () =>
  inTemporary(async (dir) => {
    const { below } = createRandom(seed);
    const stores = [3_000, 5_000, 9_000].map((maxBytes) => openRoom(dir, { maxBytes }));
    const sizes = new Map<number, Set<number>>();
    for (let n = 0; n < 400; n++) {
      const store = stores[below(3)]!;
      const number = below(12);
      const act = below(10);
      if (act < 5) {
        const size = 100 + below(900);
        sizes.set(number, (sizes.get(number) ?? new Set()).add(size));
        await store.set(testKey(number), patterned(size, size));
      } else if (act < 6) await store.delete(testKey(number));
      else if (act < 7) await store.touch!(testKey(number));
      else {
        const found = await store.get(testKey(number));
        if (!found) continue;
        assert.ok(sizes.get(number)?.has(found.length), `seed ${seed}`);
        expectBytes(found, patterned(found.length, found.length));
      }
    }
    await until(() => heldIn(dir).bytes <= 9_000, () => heldIn(dir));
    await Promise.all(stores.map((store) => store.close!()));
  }));

test("trim: two processes that write to one directory keep it within its bound", () =>
  inTemporary(async (dir) => {
    const children = [1, 2].map((N) => spawnChild("bound", { DIR: dir, N: `${N}` }));
    for (const { ended } of children) {
      const { said, text } = await ended;
      assert.deepEqual(said, { wrong: 0, withinBound: true }, text);
    }
    const { numbers, bytes } = heldIn(dir);
    assert.ok(bytes <= 50_000 && bytes >= 35_000, `${bytes}`);
    for (const n of numbers) {
      expectBytes(await nodeFsStore({ dir }).get(testKey(n)), patterned(1000, n));
    }
    assert.deepEqual(readdirSync(join(dir, "claims")), []);
  }));

test("touch: what was used is written when the program ends, and keeps it from ending no longer", () =>
  inTemporary(async (dir) => {
    const store = nodeFsStore({ dir });
    await fill(store, 1, 2);
    await store.close!();
    for (const n of [1, 2]) age(dir, n, 60);
    const { said, text } = await spawnChild("touch", { DIR: dir }).ended;
    const timeOf = (n: number) => statSync(pathIn(dir, n)).mtimeMs;
    assert.deepEqual(said, { before: timeOf(2) }, text);
    assert.ok(timeOf(1) > Date.now() - 50 * 60_000);
    await idle();
    if (process.platform !== "win32") assert.equal(statSync(pathIn(dir, 1)).mode & 0o777, 0o600);
  }));
