/** Directories that bound themselves: when, what goes, and what stands in the way. */

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { directoryBound } from "../adapters/directory-bound.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { createCache } from "../mod.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { answerOf, question, URL_ } from "./on-clock.ts";
import { inTemporary, movable, whileReadOnly } from "./places.ts";
import { age, EVICTION, fill, heldIn, idle, openRoom, range, until } from "./rooms.ts";

test("bound: what was used longest ago goes, down to nine tenths", () =>
  inTemporary(async (dir) => {
    const store = openRoom(dir, { maxBytes: 10_000 });
    await fill(store, ...range(1, 10));
    for (const n of [2, 1]) await store.touch!(testKey(n));
    await idle();
    assert.deepEqual(heldIn(dir).numbers, range(1, 10));
    await fill(store, 11);
    await until(() => heldIn(dir).bytes <= 10_000, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, [1, 2, ...range(5, 11)]);
    await store.close!();
    assert.deepEqual(await collect(store.keys()).then((keys) => keys.length), 9);
  }));

test("bound: it holds after many writes, of one process or several stores", () =>
  inTemporary(async (dir) => {
    const stores = range(1, 3).map(() => openRoom(dir, { maxBytes: 20_500 }));
    for (const n of range(1, 120)) await fill(stores[n % 3]!, n);
    await until(() => heldIn(dir).bytes <= 20_500, () => heldIn(dir));
    const { numbers } = heldIn(dir);
    assert.ok(numbers.length >= 15, `${numbers}`);
    assert.deepEqual(numbers, range(121 - numbers.length, 120));
    for (const store of stores) await store.close!();
  }));

test("bound: what another store used stays, although it has not written so yet", () =>
  inTemporary(async (dir) => {
    const [one, other] = [openRoom(dir, { maxBytes: 5_500 }), openRoom(dir)];
    await fill(one, 1, 2, 3, 4, 5);
    await other.touch!(testKey(1));
    await fill(one, 6);
    await until(() => heldIn(dir).bytes <= 5_500, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, [1, 4, 5, 6]);
    await Promise.all([one, other].map((store) => store.close!()));
  }));

test("bound: what was there before counts, and the first claim is enough to find out", () =>
  inTemporary(async (dir) => {
    const writer = nodeFsStore({ dir, maxBytes: Infinity });
    await fill(writer, ...range(1, 10));
    await writer.close!();
    for (const n of range(1, 10)) age(dir, n, (n * 7) % 11);
    const store = openRoom(dir, { maxBytes: 4_000 });
    expectBytes(await store.get(testKey(1)), patterned(1000, 1));
    await idle();
    assert.equal(heldIn(dir).numbers.length, 10);
    const claim = await store.claim!(testKey(99), 1_000);
    await until(() => heldIn(dir).bytes <= 4_000, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, [2, 5, 8]);
    await claim!.release();
    await store.close!();
  }));

test("bound: what is used while room is made stays", () =>
  inTemporary(async (dir) => {
    const real = nodeFiles()!;
    let lists = 0;
    const list = (path: string) => {
      // The first walk has been through all of it.
      if (path === dir && ++lists === 2) store.touch!(testKey(1));
      return real.list(path);
    };
    const writer = nodeFsStore({ dir });
    await fill(writer, ...range(1, 10));
    await writer.close!();
    for (const n of range(1, 10)) age(dir, n, 100 - n);
    const store = openRoom(dir, { maxBytes: 6_000, files: { list } });
    await store.claim!(testKey(99), 1_000);
    await until(() => heldIn(dir).bytes <= 6_000, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, [1, 6, 7, 8, 9, 10]);
    await store.close!();
  }));

test("bound: a value larger than all the room is refused; a large one that fits stays", () =>
  inTemporary(async (dir) => {
    const store = openRoom(dir, { maxBytes: 10_000 });
    await fill(store, 1, 2);
    await assert.rejects(async () => await store.set(testKey(3), patterned(10_001)), {
      name: "RangeError",
      message: /10001 bytes are more than .* \(option `maxBytes`, 10000\)/,
    });
    await assert.rejects(async () => await store.set(testKey(2), patterned(10_001)), RangeError);
    await idle();
    assert.deepEqual(heldIn(dir).numbers, [1, 2]);
    await store.set(testKey(3), patterned(9_900));
    await until(() => heldIn(dir).numbers.length === 1, () => heldIn(dir));
    await idle();
    expectBytes(await store.get(testKey(3)), patterned(9_900));
    await store.close!();
  }));

test("bound: a hit never waits, not even while the directory cannot be listed", () =>
  inTemporary(async (dir) => {
    let asked = 0;
    const real = nodeFiles()!;
    const list = (path: string) => {
      if (path !== dir) return real.list(path);
      asked++;
      return new Promise<never>(() => {});
    };
    const store = openRoom(dir, { maxBytes: 100_000, files: { list } });
    const { onEvent, story } = listen();
    const fetch = () => Promise.resolve(new Response(answerOf(1)));
    const cache = createCache({ store, fetch, onEvent });
    const ask = async () => await (await cache.fetch(URL_, question())).text();
    await ask();
    await until(() => asked > 0, () => asked);
    for (let n = 0; n < 50; n++) assert.equal(await ask(), answerOf(1));
    for (let n = 0; n < 50; n++) await fill(store, n);
    assert.deepEqual(story(), ["miss", ...Array.from({ length: 50 }, () => "hit")]);
    assert.equal(asked, 1);
  }));

test("bound: while another evicts, nobody else does; who is killed holds them up for 10 s", () =>
  inTemporary(async (dir) => {
    const { now, advance } = movable();
    const store = openRoom(dir, { maxBytes: 5_000, now });
    await nodeFsStore({ dir, now }).claim!(EVICTION, 10_000);
    await fill(store, ...range(1, 8));
    await idle();
    assert.equal(heldIn(dir).numbers.length, 8);
    advance(10_000);
    // Even if nothing is written any more.
    await until(() => heldIn(dir).bytes <= 5_000, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, range(5, 8));
    // And gives it up afterwards.
    await settle();
    assert.ok(await store.claim!(EVICTION, 1));
    await store.close!();
  }));

test("bound: killed in the middle of it, whoever comes next goes on", () =>
  inTemporary(async (dir) => {
    const { now, advance } = movable();
    const real = nodeFiles()!;
    await fill(openRoom(dir), ...range(1, 40));
    // Of 21 entries that are to go the first are gone.
    const list = (path: string) =>
      heldIn(dir).numbers.length < 35 ? new Promise<never>(() => {}) : real.list(path);
    const killed = openRoom(dir, { maxBytes: 21_500, now, files: { list } });
    await killed.claim!(testKey(1), 1);
    await until(() => heldIn(dir).numbers.length < 35, () => heldIn(dir));
    await idle();
    const { numbers } = heldIn(dir);
    assert.deepEqual(numbers.slice(-19), range(22, 40));
    for (const n of numbers) expectBytes(await killed.get(testKey(n)), patterned(1000, n));
    const next = openRoom(dir, { maxBytes: 21_500, now });
    await fill(next, 41);
    await idle();
    assert.deepEqual(heldIn(dir).numbers, [...numbers, 41]);
    advance(10_000);
    await fill(next, 42);
    await until(() => heldIn(dir).bytes <= 21_500, () => heldIn(dir));
    assert.deepEqual(heldIn(dir).numbers, range(24, 42));
    await next.close!();
  }));

test("bound: whose claim is lost before all was seen removes nothing", () =>
  inTemporary(async (dir) => {
    const files = nodeFiles()!;
    // Ten in each of four folders.
    const numbers = range(0, 39).map((n) => 1 + n % 4 + 256 * Math.floor(n / 4));
    await fill(openRoom(dir, { maxBytes: Infinity }), ...numbers);
    let renewed = 0;
    const renew = () => (renewed++, false);
    const bound = directoryBound({
      dir,
      files,
      maxBytes: 30_000,
      claim: () => ({ renew, release() {} }),
      rest: () => Promise.resolve(),
    }, 10);
    bound.grow(0);
    await until(() => renewed > 0, () => renewed);
    await idle();
    assert.equal(heldIn(dir).numbers.length, 40);
    await bound.close();
  }));

test("bound: what cannot be removed is left, told to nobody, and not tried all the time", () =>
  inTemporary(async (dir) => {
    let walks = 0;
    const real = nodeFiles()!;
    const list = (path: string) => {
      if (path === dir) walks++;
      return real.list(path);
    };
    const store = openRoom(dir, { maxBytes: 64_000, files: { list } });
    await fill(store, ...range(1, 60));
    await until(() => walks > 0, () => walks);
    await idle();
    await whileReadOnly(dir, async () => {
      const reader = openRoom(dir, { maxBytes: 1_000, files: { list } });
      await reader.touch!(testKey(1));
      await assert.rejects(async () => await reader.claim!(testKey(1), 1), { code: "EACCES" });
      walks = 0;
      await idle();
      await reader.close!();
      assert.ok(walks <= 1, `${walks} walks`);
      assert.equal(heldIn(dir).numbers.length, 60);
    });
    await store.close!();
  }));

test("bound: without one nothing is looked at", () =>
  inTemporary(async (dir) => {
    let walks = 0;
    const real = nodeFiles()!;
    const list = (path: string) => {
      if (path === dir) walks++;
      return real.list(path);
    };
    const store = openRoom(dir, { maxBytes: Infinity, files: { list } });
    await fill(store, ...range(1, 20));
    await store.claim!(testKey(1), 1);
    await idle();
    assert.equal(walks, 0);
    await store.close!();
  }));

test("bound: a directory that is removed or closed meanwhile is not made again", () =>
  inTemporary(async (dir) => {
    const place = `${dir}/place`;
    let proceed = () => {};
    const rest = () => new Promise<void>((resolve) => proceed = resolve);
    const store = openRoom(place, { maxBytes: 1_500, rest });
    await fill(store, 1, 2, 3);
    rmSync(place, { recursive: true });
    proceed();
    await idle();
    await store.close!();
    assert.deepEqual(nodeFiles()!.exists(place), false);
    // What is not begun before it is closed does not begin, and nothing is waited for.
    let looks = 0;
    const list = () => (looks++, []);
    const hangs = () => new Promise<void>(() => {});
    const other = openRoom(place, { maxBytes: 1_500, rest: hangs, files: { list } });
    await fill(other, 1, 2, 3);
    await other.close!();
    await idle();
    assert.equal(looks, 0);
    assert.equal(heldIn(place).numbers.length, 3);
  }));
