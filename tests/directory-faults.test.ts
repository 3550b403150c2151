import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { directoryStore } from "../adapters/directory.ts";
import type { FileVerbs } from "../adapters/file-verbs.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { inTemporary, listing } from "./places.ts";

const key = testKey(0xab);
const value = bytesOf("the value");

/** Node's verbs, some of them replaced. */
function verbs(replaced: (real: FileVerbs) => Partial<FileVerbs>): FileVerbs {
  const real = nodeFiles()!;
  return { ...real, ...replaced(real) };
}

const failure = (code: string) => Object.assign(new Error(code), { code });
const fail = (code: string) => () => {
  throw failure(code);
};

test("directory: a file in use is replaced as soon as it is free", () =>
  inTemporary(async (dir) => {
    let busy = 0;
    const pauses: number[] = [];
    const files = verbs((real) => ({
      isBusy: (error) => (error as { code?: string }).code === "EPERM",
      rename: (from, to) => busy-- > 0 ? fail("EPERM")() : real.rename(from, to),
      remove: (path) => busy-- > 0 ? fail("EPERM")() : real.remove(path),
    }));
    const store = directoryStore(dir, files, {
      pause: (ms) => Promise.resolve(void pauses.push(ms)),
    });
    await store.set(key, patterned(5));
    busy = 3;
    await store.set(key, value);
    expectBytes(await store.get(key), value);
    assert.equal(pauses.length, 3);
    busy = 2;
    await store.delete(key);
    assert.equal(await store.get(key), null);
    busy = Infinity;
    await assert.rejects(async () => await store.set(key, value), { code: "EPERM" });
    const waited = pauses.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited < 1_500, `${waited} ms`);
  }));

test("directory: a write that fails keeps the old value and leaves no temporary file", () =>
  inTemporary(async (dir) => {
    const good = nodeFsStore({ dir });
    await good.set(key, value);
    const full = verbs((real) => ({
      write(path, bytes) {
        real.write(path, bytes.subarray(0, bytes.length / 2));
        throw failure("ENOSPC");
      },
    }));
    const stuck = verbs(() => ({ rename: fail("EIO") }));
    for (const [files, code] of [[full, "ENOSPC"], [stuck, "EIO"]] as const) {
      const store = directoryStore(dir, files);
      await assert.rejects(async () => await store.set(key, patterned(1_000)), { code });
      await assert.rejects(async () => await store.set(testKey(1), patterned(1_000)), { code });
    }
    expectBytes(await good.get(key), value);
    assert.deepEqual(await collect(good.keys()), [key]);
    assert.deepEqual(listing(dir).filter((path) => path.endsWith(".tmp")), []);
  }));

test("directory: a claim that fails leaves nothing, and what is no claim is in nobody's way", () =>
  inTemporary(async (dir) => {
    const store = directoryStore(dir, verbs(() => ({ rename: fail("EIO") })));
    await assert.rejects(async () => await store.claim!(key, 1_000), { code: "EIO" });
    assert.deepEqual(listing(dir), ["claims"]);
    const good = nodeFsStore({ dir });
    mkdirSync(join(dir, "claims", key));
    writeFileSync(join(dir, "claims", key, ".DS_Store"), "");
    assert.ok(await (await good.claim!(key, 1_000))?.renew(1_000));
    assert.equal(await good.claim!(key, 1_000), null);
  }));

test("directory: a claim is made where folders are not renamed over empty ones", () =>
  inTemporary(async (dir) => {
    const strict = verbs((real) => ({
      rename: (from, to) => existsSync(to) ? fail("EPERM")() : real.rename(from, to),
    }));
    const store = directoryStore(dir, strict);
    mkdirSync(join(dir, "claims", key), { recursive: true });
    const claim = await store.claim!(key, 1_000);
    assert.equal(await store.claim!(key, 1_000), null);
    await claim!.release();
    assert.deepEqual(listing(dir), ["claims"]);
  }));

test("directory: a folder that vanishes between write and rename is made again", () =>
  inTemporary(async (dir) => {
    let vanish = 1;
    const files = verbs((real) => ({
      write(path, bytes) {
        real.write(path, bytes);
        if (!path.endsWith(".tmp") || vanish-- <= 0) return;
        rmSync(join(dir, "ab"), { recursive: true, force: true });
      },
    }));
    const store = directoryStore(dir, files);
    await store.set(key, value);
    expectBytes(await store.get(key), value);
    vanish = Infinity;
    await assert.rejects(async () => await store.set(key, patterned(9)), { code: "ENOENT" });
  }));

test("directory: what cannot be read is an error, not a miss", () =>
  inTemporary(async (dir) => {
    writeFileSync(join(dir, "file"), "");
    const store = nodeFsStore({ dir: join(dir, "file") });
    await assert.rejects(async () => await store.get(key), { code: "ENOTDIR" });
    await assert.rejects(async () => await store.set(key, value));
    mkdirSync(join(dir, "ab", key), { recursive: true });
    await assert.rejects(async () => await nodeFsStore({ dir }).get(key), { code: "EISDIR" });
  }));
