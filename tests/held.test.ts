import assert from "node:assert/strict";
import { test } from "node:test";
import { directoryStore } from "../adapters/directory.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { inTemporary, movable } from "./places.ts";

const KEY = `${"ab".repeat(32)}.whole`;
const OTHER = `${"ac".repeat(32)}.whole`;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: unknown) => value && new TextDecoder().decode(value as Uint8Array);

/** Two stores on one directory, and how often files were read. */
function counted(dir: string, delay = (head: Uint8Array | null): unknown => head) {
  const { now, advance } = movable();
  let reads = 0;
  const files = {
    ...nodeFiles()!,
    head(path: string, size: number) {
      reads++;
      return delay(nodeFiles()!.head(path, size)) as Uint8Array | null;
    },
  };
  const open = () => directoryStore(dir, files, { now });
  const count = () => {
    const before = reads;
    reads = 0;
    return before;
  };
  return { store: open(), other: open(), advance, count };
}

test("held: a burst reads an entry once, and a moment later again", () =>
  inTemporary(async (dir) => {
    const { store, other, advance, count } = counted(dir);
    await store.set(KEY, bytes("one"));
    for (const one of [store, other, store]) assert.equal(text(one.head!(KEY, 99)), "one");
    assert.equal(count(), 1);
    advance(99);
    assert.equal(text(store.head!(KEY, 99)), "one");
    assert.equal(count(), 0);
    advance(1);
    assert.equal(text(store.head!(KEY, 99)), "one");
    assert.equal(count(), 1);
    // A clock that was set back.
    advance(-1);
    assert.equal(text(store.head!(KEY, 99)), "one");
    assert.equal(count(), 1);
  }));

test("held: what this process writes or deletes is seen at once, whichever store does it", () =>
  inTemporary(async (dir) => {
    const { store, other } = counted(dir);
    await store.set(KEY, bytes("one"));
    store.head!(KEY, 99);
    await other.set(KEY, bytes("another"));
    assert.equal(text(store.head!(KEY, 99)), "another");
    await other.delete(KEY);
    assert.equal(store.head!(KEY, 99), null);
  }));

test("held: what is written is seen at once where another process has just written the same", () =>
  inTemporary(async (dir) => {
    const { store } = counted(dir);
    await store.set(KEY, bytes("one"));
    assert.equal(text(store.head!(KEY, 99)), "one");
    nodeFiles()!.remove(`${dir}/ab/${KEY}`);
    nodeFiles()!.write(`${dir}/ab/${KEY}`, bytes("two"));
    await store.set(KEY, bytes("two"));
    assert.equal(text(store.head!(KEY, 99)), "two");
  }));

test("held: the very array is given again, and no more or less than was asked for", () =>
  inTemporary(async (dir) => {
    const { store, count } = counted(dir);
    await store.set(KEY, bytes("one"));
    const given = store.head!(KEY, 99) as Uint8Array;
    assert.equal(text(given), "one");
    assert.equal(given.buffer.byteLength, 3);
    for (let turn = 0; turn < 3; turn++) assert.equal(store.head!(KEY, 99), given);
    assert.equal(count(), 1);
    assert.equal(text(store.head!(KEY, 2)), "on");
    assert.equal(text(store.head!(KEY, 99)), "one");
  }));

test("held: nothing that is missing, nothing of another directory, nothing that came later", () =>
  inTemporary(async (dir) => {
    const here = counted(`${dir}/here`);
    const there = counted(`${dir}/there`);
    assert.equal(here.store.head!(KEY, 99), null);
    await here.store.set(KEY, bytes("here"));
    assert.equal(text(here.store.head!(KEY, 99)), "here");
    assert.equal(there.store.head!(KEY, 99), null);
    await there.store.set(KEY, bytes("there"));
    assert.equal(text(there.store.head!(KEY, 99)), "there");
    assert.equal(text(here.store.head!(KEY, 99)), "here");

    const late = counted(`${dir}/late`, (head) => Promise.resolve(head));
    await late.store.set(OTHER, bytes("late"));
    for (let turn = 0; turn < 2; turn++) {
      assert.equal(text(await late.store.head!(OTHER, 99)), "late");
    }
    assert.equal(late.count(), 2);
  }));

test("held: of many entries the last 256", () =>
  inTemporary(async (dir) => {
    const { store, count } = counted(dir);
    const keys = Array.from({ length: 257 }, (_, n) => `${String(n).padStart(64, "0")}.stream`);
    for (const key of keys) await store.set(key, bytes(key));
    for (const key of keys) store.head!(key, 99);
    assert.equal(count(), 257);
    for (const key of keys.slice(1)) assert.equal(text(store.head!(key, 99)), key);
    assert.equal(count(), 0);
    store.head!(keys[0]!, 99);
    assert.equal(count(), 1);
  }));

test("held: what made room is held no longer", () =>
  inTemporary(async (dir) => {
    const { store } = counted(dir);
    await store.set(KEY, bytes("one"));
    assert.equal(text(store.head!(KEY, 99)), "one");
    assert.equal((await store.trim!(0)).entries, 1);
    assert.equal(store.head!(KEY, 99), null);
    await store.close!();
  }));
