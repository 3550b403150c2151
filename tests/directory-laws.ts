/** What every directory store must do, because all of them share one format. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { DirectoryStoreOptions } from "../adapters/directory-options.ts";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { hasModes, inTemporary, listing, modeOf, whileReadOnly } from "./places.ts";

/** Opens a directory store. */
export type OpenDirectory = (options: DirectoryStoreOptions) => CacheStore;

const key = testKey(0xab);
const value = bytesOf("the value");

type Law = (open: OpenDirectory, dir: string) => Promise<void>;

const laws: Record<string, Law> = {
  async "one file an entry, in 256 folders, and a tag for backup tools"(open, dir) {
    const place = join(dir, "made", "on demand");
    const store = open({ dir: place });
    assert.equal(existsSync(place), false);
    await store.set(key, value);
    assert.deepEqual(listing(place), ["CACHEDIR.TAG", "ab", `ab/${key}`]);
    assert.equal(readFileSync(join(place, "ab", key), "utf8"), "the value");
    const tag = readFileSync(join(place, "CACHEDIR.TAG"), "utf8");
    assert.match(tag, /^Signature: 8a477f597d28d172789f06886806bc55\n/);
  },
  async "files are 0600 and folders 0700, whatever the umask"(open, dir) {
    if (!hasModes) return console.log("no permission bits on Windows");
    const umask = process.umask(0);
    try {
      await open({ dir: join(dir, "a", "b") }).set(key, value);
    } finally {
      process.umask(umask);
    }
    assert.equal(modeOf(join(dir, "a", "b", "ab", key)), "600");
    for (const folder of ["a", "a/b", "a/b/ab"]) assert.equal(modeOf(join(dir, folder)), "700");
  },
  async "an entry is replaced by another file, never changed in its place"(open, dir) {
    const store = open({ dir });
    const file = () => statSync(join(dir, "ab", key), { bigint: true }).ino;
    await store.set(key, value);
    const first = file();
    await store.set(key, bytesOf("the Value"));
    assert.notEqual(file(), first);
    expectBytes(await store.get(key), bytesOf("the Value"));
  },
  async "a directory that is removed while it is in use is made again"(open, dir) {
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
  },
  async "what is no entry is not listed"(open, parent) {
    const dir = join(parent, "ab"); // Named as one of its own folders is.
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
  },
  async "a read-only directory serves what it holds"(open, dir) {
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
      await assert.rejects(async () => await store.claim!(key, 1_000), { code: "EACCES" });
    });
    expectBytes(await store.get(key), value);
  },
  async "no key leads out of the directory"(open, dir) {
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
      await assert.rejects(async () => await store.claim!(name, 1_000), refused);
    }
    assert.deepEqual(listing(dir), []);
  },
  async "a path or a file: URL, understood when the store is made"(open, dir) {
    const url = pathToFileURL(join(dir, "100% of ä"));
    await open({ dir: url }).set(key, value);
    expectBytes(await open({ dir: join(dir, "100% of ä") }).get(key), value);
    expectBytes(await open({ dir: url.href }).get(key), value);
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
  },
};

/** Registers the tests for one store, each in a directory of its own. */
export function directoryLaws(name: string, open: OpenDirectory): void {
  for (const [law, run] of Object.entries(laws)) {
    test(`${name}: ${law}`, () => inTemporary((dir) => run(open, dir)));
  }
}
