import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bunFileStore } from "../adapters/bun-file.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { contest } from "./contest.ts";
import { directoryLaws } from "./directory-laws.ts";
import { inTemporary } from "./places.ts";
import { spawnChild } from "./spawn.ts";

const stores = { "node-fs": nodeFsStore, ...("Bun" in globalThis && { "bun-file": bunFileStore }) };
const key = testKey(0xab);
const value = bytesOf("the value");

for (const [name, open] of Object.entries(stores)) directoryLaws(name, open);

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

test("directory: of three processes that claim a key one gets it, and nobody is disturbed", () =>
  inTemporary(async (dir) => {
    const place = join(dir, "shared");
    await contest(nodeFsStore({ dir: place, now: () => 1_000 }), { DIR: place }, dir);
    const held = readdirSync(join(place, "claims"));
    assert.equal(held.length, 100, "what was released, or could not be had, is left");
    assert.deepEqual(held.filter((name) => name.startsWith(".")), []);
    assert.deepEqual(await collect(nodeFsStore({ dir: place }).keys()), []);
  }));
