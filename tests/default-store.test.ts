import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { createCache, type FaultEvent } from "../mod.ts";
import { openDefaultStore } from "../src/default-store.ts";
import { bytesOf, expectBytes, testKey } from "./bytes.ts";
import { cacheIn, homeOf } from "./homes.ts";
import { listen } from "./listen.ts";
import { answerOf, question, URL_ } from "./on-clock.ts";
import { hasModes, inTemporary, listing, modeOf, whileReadOnly } from "./places.ts";
import { spawnChild } from "./spawn.ts";

const entry = join("ab", testKey(0xab));

test("default store: a directory of the user's, without a word", () =>
  inTemporary(async (home) => {
    const { said, warnings, text } = await spawnChild("open", homeOf(home)).ended;
    assert.deepEqual(said, { works: true, shared: true }, text);
    assert.deepEqual(warnings, []);
    assert.ok(existsSync(join(cacheIn(home), entry)));
    if (hasModes) assert.equal(modeOf(cacheIn(home)), "700");
  }));

test("default store: LLMCACHE_DIR wins, relative to the current directory", () =>
  inTemporary(async (dir) => {
    const env = { ...homeOf(join(dir, "home")), LLMCACHE_DIR: "here/deep" };
    const { said, warnings, text } = await spawnChild("open", env, { cwd: dir }).ended;
    assert.deepEqual(said, { works: true, shared: true }, text);
    assert.deepEqual(warnings, []);
    assert.ok(existsSync(join(dir, "here", "deep", entry)));
    assert.equal(existsSync(cacheIn(join(dir, "home"))), false);
  }));

test("default store: an explicit directory wins over LLMCACHE_DIR", () =>
  inTemporary(async (dir) => {
    const env = { ...homeOf(dir), LLMCACHE_DIR: join(dir, "other") };
    const { said, warnings, text } = await spawnChild("dir", env, { cwd: dir }).ended;
    assert.deepEqual(said, { works: true }, text);
    assert.deepEqual(warnings, []);
    assert.ok(existsSync(join(dir, "explicit", entry)));
    assert.equal(existsSync(join(dir, "other")), false);
  }));

test("default store: a directory that cannot be used gives memory and one warning", () =>
  inTemporary(async (dir) => {
    writeFileSync(join(dir, "file"), "");
    writeFileSync(join(dir, "explicit"), "");
    const env = { ...homeOf(dir), LLMCACHE_DIR: join(dir, "file", "cache") };
    for (const command of ["open", "dir"]) {
      const { said, warnings, text } = await spawnChild(command, env, { cwd: dir }).ended;
      assert.equal((said as { works: boolean }).works, true, text);
      assert.equal(warnings.length, 1, text);
      assert.match(warnings[0]!, /cannot be used \(.+\), so answers are kept in memory and lost/);
      assert.match(warnings[0]!, /set LLMCACHE_DIR or the option `dir`/);
    }
  }));

test("default store: no home gives memory and one warning", () =>
  inTemporary(async (dir) => {
    const env = { HOME: "nowhere", USERPROFILE: "nowhere", LOCALAPPDATA: "" };
    const { said, warnings, text } = await spawnChild("open", env, { cwd: dir }).ended;
    assert.deepEqual(said, { works: true, shared: true }, text);
    assert.equal(warnings.length, 1, text);
    assert.match(warnings[0]!, /no home directory is known/);
    assert.equal(existsSync(cacheIn(join(dir, "nowhere"))), false);
  }));

test("default store: an explicit directory, as a path or a URL, in this process", () =>
  inTemporary(async (dir) => {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const store = await openDefaultStore({ dir, warn });
    await store.set(testKey(1), bytesOf("value"));
    const same = await openDefaultStore({ dir: pathToFileURL(dir), warn });
    expectBytes(await same.get(testKey(1)), bytesOf("value"));
    assert.deepEqual(warnings, []);
    await assert.rejects(openDefaultStore({ dir: new URL("https://a.b/") }), TypeError);
    await assert.rejects(openDefaultStore({ dir: "" }), TypeError);
  }));

test("default store: a bound is handed to the directory, or to memory", () =>
  inTemporary(async (dir) => {
    const { story, events, onEvent } = listen();
    const fetch = () => Promise.resolve(new Response(answerOf(1)));
    const cache = createCache({ dir: join(dir, "cache"), maxBytes: 100, fetch, onEvent });
    await (await cache.fetch(URL_, question())).text();
    assert.match(
      String((events[0] as FaultEvent).error),
      /more than all .* `maxBytes`, 100\): give/,
    );
    assert.deepEqual(story(), ["fault set", "miss store-fault"]);
    await cache.close();
    writeFileSync(join(dir, "file"), "");
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    const other = await openDefaultStore({ dir: join(dir, "file"), maxBytes: 100, warn });
    if (warnings[0]!.includes("Deno's KV")) {
      assert.match(
        warnings[0]!,
        /able to read, and which the option `maxBytes` does not bound\. To/,
      );
      return await other.close!();
    }
    await assert.rejects(async () => await other.set(testKey(1), bytesOf("value".repeat(9))), {
      message: /^memoryStore: 115 bytes .*, 100\)/,
    });
  }));

test("default store: caches of one bound share one", () =>
  inTemporary(async (home) => {
    const { said, text } = await spawnChild("bounds", homeOf(home)).ended;
    assert.deepEqual(said, { same: true, other: true, none: true, refused: true }, text);
  }));

test("default store: a read-only directory serves what it holds, with one warning", () =>
  inTemporary(async (dir) => {
    if (!hasModes) return console.log("no permission bits on Windows");
    const place = join(dir, "recordings");
    mkdirSync(place);
    await (await openDefaultStore({ dir: place })).set(testKey(1), bytesOf("value"));
    const warnings: string[] = [];
    await whileReadOnly(dir, async () => {
      const warn = (message: string) => void warnings.push(message);
      const store = await openDefaultStore({ dir: place, warn });
      expectBytes(await store.get(testKey(1)), bytesOf("value"));
      await assert.rejects(async () => await store.set(testKey(2), bytesOf("new")));
      const memory = await openDefaultStore({ dir: join(dir, "new"), warn });
      await memory.set(testKey(2), bytesOf("new"));
      expectBytes(await memory.get(testKey(2)), bytesOf("new"));
    });
    assert.equal(warnings.length, 2);
    assert.match(warnings[0]!, /recordings cannot be written \(.*\)\. What it holds is served/);
    assert.match(warnings[1]!, /new cannot be used \(.*\), so answers are kept in memory/);
  }));

test("default store: files that last for one request, as in workerd, give memory", () =>
  inTemporary(async (dir) => {
    const fs = process.getBuiltinModule("node:fs");
    const { statSync } = fs;
    const warnings: string[] = [];
    fs.statSync =
      ((path: string) => ({ ...statSync(path), ino: 0, mtimeMs: 0 })) as typeof statSync;
    try {
      const store = await openDefaultStore({ dir, warn: (message) => void warnings.push(message) });
      await store.set(testKey(1), bytesOf("value"));
    } finally {
      fs.statSync = statSync;
    }
    assert.deepEqual(listing(dir), ["CACHEDIR.TAG"]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /files of this runtime last for one request.* pass a `store`$/);
  }));

test("default store: without files and process, memory and one warning", async () => {
  const { said, warnings, text } = await spawnChild("web").ended;
  const { works, shared } = said as { works: boolean; shared: boolean };
  assert.deepEqual({ works, shared }, { works: true, shared: true }, text);
  assert.equal(warnings.length, 1, text);
  assert.match(warnings[0]!, /this runtime has no files.* pass a `store`$/);
});

test("default store: a failed opening is not remembered", () =>
  inTemporary(async (dir) => {
    const { said, text } = await spawnChild("again", homeOf(dir)).ended;
    assert.deepEqual(said, { failed: true, works: true }, text);
    assert.ok(existsSync(join(cacheIn(dir), entry)));
  }));
