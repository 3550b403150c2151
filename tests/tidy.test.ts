import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { directoryStore } from "../adapters/directory.ts";
import { kvEntries } from "../adapters/kv-entries.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { expectBytes, patterned, testKey } from "./bytes.ts";
import { fakeKv } from "./fake-kv.ts";
import { inTemporary, listing } from "./places.ts";

const start = 1_700_000_000_000;
const key = testKey(0xab);

test("tidy: what writers began before a time is removed from a directory, and nothing else", () =>
  inTemporary(async (dir) => {
    // Writers that are killed before they can rename, or clear away.
    let time = start;
    const killed = directoryStore(dir, {
      ...nodeFiles()!,
      rename: () => {
        throw new Error("killed");
      },
      remove: () => {},
      removeFolder: () => {},
    }, { now: () => time });
    const store = nodeFsStore({ dir, now: () => time });
    await store.set(key, patterned(9));
    for (time of [start, start + 1000, start + 2000]) {
      await assert.rejects(async () => await killed.set(key, patterned(100)), /killed/);
      await assert.rejects(async () => await killed.claim!(testKey(3), 60_000), /killed/);
    }
    writeFileSync(join(dir, `.${start}.${crypto.randomUUID()}.tmp`), "the probe of a killed start");
    const foreign = ["ab/notes.txt", "ab/.1.tmp", `ab/.${start}.tmp`, "x.tmp", "claims/readme"];
    for (const name of foreign) writeFileSync(join(dir, name), "");
    mkdirSync(join(dir, "zz"));
    writeFileSync(join(dir, `zz/.${start}.${crypto.randomUUID()}.tmp`), "");
    const begun = () => listing(dir).filter((name) => /\.\d+\.[0-9a-f-]{36}\.tmp$/.test(name));
    assert.equal(begun().length, 8);
    // The claims hold for a minute; what is in them tells so.
    assert.equal(await store.tidy!(start + 1500), 3);
    assert.deepEqual(begun().filter((name) => name.startsWith("ab/")).length, 1);
    assert.equal(begun().length, 5);
    assert.equal(await store.tidy!(start + 1500), 0);
    assert.equal(await store.tidy!(start + 100_000), 4);
    assert.deepEqual(begun().map((name) => name.slice(0, 2)), ["zz"]);
    for (const name of foreign) assert.ok(listing(dir).includes(name), name);
    expectBytes(await store.get(key), patterned(9));
  }));

test("tidy: claims that expired go, those that hold stay", () =>
  inTemporary(async (dir) => {
    let time = start;
    const store = nodeFsStore({ dir, now: () => time });
    await store.claim!(testKey(1), 1_000);
    const live = await store.claim!(testKey(2), 100_000);
    const released = await store.claim!(testKey(3), 1_000);
    await released!.release();
    time += 50_000;
    assert.equal(await store.tidy!(time - 10_000), 1);
    assert.equal(await store.claim!(testKey(2), 1), null);
    assert.equal(await live!.renew(100_000), true);
    assert.ok(await store.claim!(testKey(1), 1));
    // A folder that is empty was left by someone who was killed while giving up.
    mkdirSync(join(dir, "claims", testKey(9)));
    assert.equal(await store.tidy!(time - 10_000), 1);
  }));

test("tidy: of a directory that is not there, or cannot be changed", () =>
  inTemporary(async (dir) => {
    assert.equal(await nodeFsStore({ dir: join(dir, "none") }).tidy!(Infinity), 0);
    const store = directoryStore(dir, {
      ...nodeFiles()!,
      remove: () => {
        throw new Error("EACCES");
      },
    });
    await store.set(key, patterned(9));
    writeFileSync(join(dir, `ab/.${start}.${crypto.randomUUID()}.tmp`), "");
    assert.equal(await store.tidy!(Infinity), 0);
  }));

test("tidy: chunks of a write that was killed are removed from a KV, and no others", async () => {
  const kv = fakeKv();
  let time = start;
  const store = kvEntries(() => Promise.resolve(kv), { now: () => time });
  const large = patterned(1_500_000);
  await store.set(testKey(1), large);
  const sound = kv.values.size;

  /** A write that is killed after so many commits, at this time. */
  async function kill(at: number, after: number): Promise<void> {
    time = at;
    let commits = 0;
    kv.onCommit = () => {
      if (++commits > after) throw new Error("killed");
    };
    await assert.rejects(async () => await store.set(testKey(2), large), /killed/);
    kv.onCommit = () => {};
  }

  await kill(start, 1);
  await kill(start + 1_000, 2);
  const left = kv.values.size - sound;
  assert.equal(left, 30);
  assert.equal(await store.tidy!(start), 0);
  assert.equal(await store.tidy!(start + 500), 1);
  assert.equal(kv.values.size - sound, 20);
  assert.equal(await store.tidy!(start + 5_000), 1);
  assert.equal(kv.values.size, sound);
  expectBytes(await store.get(testKey(1)), large);
  const odd: [string, (string | number)[]][] = [
    ["another's", ["llmcache", "chunk", "x", `${start}.a`, 0]],
    ["without a time", ["llmcache", "chunk", testKey(1), "a", 0]],
  ];
  for (const [name, key] of odd) kv.values.set(name, { key, value: 1, versionstamp: "1" });
  assert.equal(await store.tidy!(Infinity), 0);
  assert.equal(kv.values.size, sound + 2);
});
