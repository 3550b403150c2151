import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { bunFileStore } from "../adapters/bun-file.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { hasModes, inTemporary, listing, modeOf, whileReadOnly } from "./places.ts";
import { spawnChild } from "./spawn.ts";

const stores = { "node-fs": nodeFsStore, ...("Bun" in globalThis && { "bun-file": bunFileStore }) };
const key = testKey(0xab);
const value = bytesOf("the value");

for (const [name, open] of Object.entries(stores)) {
  test(`${name}: one file an entry, in 256 folders, and a tag for backup tools`, () =>
    inTemporary(async (dir) => {
      const place = join(dir, "made", "on demand");
      const store = open({ dir: place });
      assert.equal(existsSync(place), false);
      await store.set(key, value);
      assert.deepEqual(listing(place), ["CACHEDIR.TAG", "ab", `ab/${key}`]);
      assert.equal(readFileSync(join(place, "ab", key), "utf8"), "the value");
      const tag = readFileSync(join(place, "CACHEDIR.TAG"), "utf8");
      assert.match(tag, /^Signature: 8a477f597d28d172789f06886806bc55\n/);
    }));

  test(`${name}: files are 0600 and folders 0700, whatever the umask`, () =>
    inTemporary(async (dir) => {
      if (!hasModes) return console.log("no permission bits on Windows");
      const umask = process.umask(0);
      try {
        await open({ dir: join(dir, "a", "b") }).set(key, value);
      } finally {
        process.umask(umask);
      }
      assert.equal(modeOf(join(dir, "a", "b", "ab", key)), "600");
      for (const folder of ["a", "a/b", "a/b/ab"]) assert.equal(modeOf(join(dir, folder)), "700");
    }));

  test(`${name}: an equal entry is not written again, another one is`, () =>
    inTemporary(async (dir) => {
      const store = open({ dir });
      const file = () => statSync(join(dir, "ab", key), { bigint: true }).ino;
      await store.set(key, value);
      const first = file();
      await store.set(key, bytesOf("the value"));
      assert.equal(file(), first);
      await store.set(key, bytesOf("the Value"));
      assert.notEqual(file(), first);
      expectBytes(await store.get(key), bytesOf("the Value"));
    }));

  test(`${name}: a directory that is removed while it is in use is made again`, () =>
    inTemporary(async (dir) => {
      const store = open({ dir: join(dir, "cache") });
      await store.set(key, value);
      rmSync(join(dir, "cache"), { recursive: true });
      assert.equal(await store.get(key), null);
      assert.equal(await store.head!(key, 10), null);
      assert.deepEqual(await collect(store.keys()), []);
      await store.delete(key);
      await store.set(key, value);
      rmSync(join(dir, "cache", "ab"), { recursive: true });
      await store.set(key, value);
      expectBytes(await store.get(key), value);
      assert.deepEqual(listing(join(dir, "cache")), ["CACHEDIR.TAG", "ab", `ab/${key}`]);
    }));

  test(`${name}: what is no entry is not listed`, () =>
    inTemporary(async (dir) => {
      const store = open({ dir });
      await store.set(key, value);
      for (const name of [".123.tmp", "notes.txt", testKey(1), `${key}.tmp`, key.toUpperCase()]) {
        writeFileSync(join(dir, "ab", name), "");
      }
      writeFileSync(join(dir, testKey(2)), "");
      mkdirSync(join(dir, "zz"));
      mkdirSync(join(dir, "cd"));
      mkdirSync(join(dir, "folder"));
      assert.deepEqual(await collect(store.keys()), [key]);
    }));

  test(`${name}: a read-only directory serves what it holds`, () =>
    inTemporary(async (dir) => {
      if (!hasModes) return console.log("no permission bits on Windows");
      const store = open({ dir });
      await store.set(key, value);
      await whileReadOnly(dir, async () => {
        expectBytes(await store.get(key), value);
        expectBytes(await store.head!(key, 100), value);
        assert.deepEqual(await collect(store.keys()), [key]);
        await assert.rejects(async () => await store.set(testKey(1), value), { code: "EACCES" });
        await assert.rejects(async () => await store.set(key, patterned(5)), { code: "EACCES" });
        await assert.rejects(async () => await store.delete(key), { code: "EACCES" });
      });
      expectBytes(await store.get(key), value);
    }));

  test(`${name}: no key leads out of the directory`, () =>
    inTemporary(async (dir) => {
      const store = open({ dir });
      const id = key.slice(0, 64);
      const wrong = ["", "a", id, `${id}.`, `${id}.tmp`, `${id}.whole\n`, `${id}.whole/../x`];
      wrong.push(`../${key}`, `/${key}`, key.toUpperCase(), `${id}\0.whole`, `..${key.slice(2)}`);
      for (const name of wrong) {
        const refused = { name: "TypeError", message: /64 lower-case hex digits/ };
        await assert.rejects(async () => await store.get(name), refused);
        await assert.rejects(async () => await store.head!(name, 1), refused);
        await assert.rejects(async () => await store.set(name, value), refused);
        await assert.rejects(async () => await store.delete(name), refused);
      }
      assert.deepEqual(listing(dir), []);
    }));

  test(`${name}: a path or a file: URL, understood when the store is made`, () =>
    inTemporary(async (dir) => {
      const url = pathToFileURL(join(dir, "100% of ä"));
      await open({ dir: url }).set(key, value);
      expectBytes(await open({ dir: join(dir, "100% of ä") }).get(key), value);
      const cwd = process.cwd();
      process.chdir(dir);
      try {
        const store = open({ dir: "relative" });
        process.chdir(cwd);
        await store.set(key, value);
      } finally {
        process.chdir(cwd);
      }
      expectBytes(await open({ dir: join(dir, "relative") }).get(key), value);
    }));
}

test("node-fs: get and head answer at once, and so does head of bun-file", () =>
  inTemporary(async (dir) => {
    for (const [name, open] of Object.entries(stores)) {
      const store = open({ dir });
      await store.set(key, value);
      expectBytes(store.head!(key, 5) as Uint8Array, bytesOf("the v"));
      assert.equal(store.head!(testKey(1), 5), null);
      if (name === "node-fs") expectBytes(store.get(key) as Uint8Array, value);
    }
  }));

test("directory: a writer that is killed leaves whole values, and nothing that is listed", () =>
  inTemporary(async (dir) => {
    const reader = nodeFsStore({ dir });
    const values = [patterned(60_000, 1), patterned(90_000, 2)];
    const child = spawnChild("write", { LLMCACHE_DIR: dir });
    let over = false;
    child.ended.finally(() => over = true);
    const seen = new Set<number>();
    for (let reads = 0, changes = 0, last = 0; !over && changes < 40; reads++) {
      const found = reads % 2 ? await reader.get(key) : await reader.head!(key, 1e6);
      if (found) {
        expectBytes(found, values.find(({ length }) => length === found.length) ?? values[0]!);
        if (found.length !== last) changes++;
        last = found.length;
        seen.add(last);
      }
      if (reads % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    child.kill();
    await child.ended;
    assert.deepEqual([...seen].sort(), [60_000, 90_000]);
    assert.deepEqual(await collect(reader.keys()), [key]);
    const left = (await reader.get(key))!;
    expectBytes(left, values.find(({ length }) => length === left.length)!);
  }));
