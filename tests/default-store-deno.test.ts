import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { testKey } from "./bytes.ts";
import { cacheIn, homeOf } from "./homes.ts";
import { inTemporary, listing } from "./places.ts";
import { spawnChild } from "./spawn.ts";
import { onTerminal } from "./terminal.ts";

const inDeno = "Deno" in globalThis;
const entry = join("ab", testKey(0xab));

/** Opens the store, and tells which permissions were used: one not granted would be a prompt. */
async function open(home: string, flags: string[], env = {}) {
  const log = join(home, "permissions.jsonl");
  const all = { ...homeOf(home), DENO_AUDIT_PERMISSIONS: log, ...env };
  rmSync(log, { force: true });
  const ended = await spawnChild("open", all, { flags, cwd: home }).ended;
  const lines = existsSync(log) ? readFileSync(log, "utf8").match(/^.+$/gm) ?? [] : [];
  const used = lines.map((line) => JSON.parse(line) as { permission: string; value: string });
  return { ...ended, used };
}

/** The same again with the flags a warning names: a directory, not a word, nothing but it. */
async function openAsTold(home: string, warning: string, flags: string[] = []) {
  rmSync(join(home, ".cache"), { recursive: true, force: true });
  const again = await open(home, [...flags, ...warning.match(/--allow-\S+/g)!]);
  assert.deepEqual([again.said, again.warnings], [{ works: true, shared: true }, []]);
  assert.ok(existsSync(join(cacheIn(home), entry)));
  const files = again.used.filter(({ permission }) => /read|write/.test(permission));
  assert.notEqual(files.length, 0, "Deno wrote no log of the permissions");
  const outside = files.filter(({ value }) => !value.startsWith(cacheIn(home)));
  assert.deepEqual(outside, []);
}

if (!inDeno) console.log("default store: what Deno is granted is tested in Deno");
else {
  test("default store: Deno without permissions, then with those the warning names", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      // Deno's child_process adds -A where no flag speaks of permissions.
      const { said, warnings, used, text } = await open(home, ["--deny-ffi"]);
      assert.deepEqual(said, { works: true, shared: true }, text);
      assert.equal(warnings.length, 1, text);
      assert.deepEqual(used, []);
      assert.match(warnings[0]!, /--allow-env=\S+ --allow-read --allow-write$/);
      await openAsTold(home, warnings[0]!);
    }));

  test("default store: Deno with the variables, then with the directory the warning names", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      const { said, warnings, used, text } = await open(home, ["--allow-env"]);
      assert.deepEqual(said, { works: true, shared: true }, text);
      assert.equal(warnings.length, 1, text);
      assert.deepEqual(used.filter(({ permission }) => permission !== "env"), []);
      assert.ok(warnings[0]!.includes(`--allow-read=${cacheIn(home)}`), text);
      await openAsTold(home, warnings[0]!);
    }));

  test("default store: Deno with a variable that may not be read counts it as unset", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      const flags = ["--allow-env=HOME", "--allow-read", "--allow-write"];
      const { said, warnings, used, text } = await open(home, flags, { LLMCACHE_DIR: "secret" });
      assert.deepEqual([said, warnings], [{ works: true, shared: true }, []], text);
      const variables = used.filter(({ permission }) => permission === "env");
      assert.deepEqual([...new Set(variables.map(({ value }) => value))], ["HOME"]);
      assert.equal(existsSync(join(home, "secret")), false);
      assert.ok(existsSync(join(cacheIn(home), entry)));
    }));

  test("default store: Deno may read, or write, but not both: memory", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      for (const flag of ["--allow-read", "--allow-write"]) {
        const { said, warnings, text } = await open(home, ["--allow-env", flag]);
        assert.deepEqual([said, warnings.length], [{ works: true, shared: true }, 1], text);
      }
      assert.equal(existsSync(cacheIn(home)), false);
    }));

  for (const granted of ["nothing", "env"]) {
    test(`default store: Deno with its KV and permission for ${granted} keeps entries there`, () =>
      inTemporary(async (dir) => {
        const home = realpathSync(dir);
        const flags = ["--unstable-kv", granted === "env" ? "--allow-env" : "--deny-ffi"];
        const own = { DENO_DIR: join(home, "deno") };
        const { said, warnings, used, text } = await open(home, flags, own);
        assert.deepEqual(said, { works: true, shared: true }, text);
        assert.equal(warnings.length, 1, text);
        assert.match(
          warnings[0]!,
          /kept in the file of Deno's KV, which other users of this machine/,
        );
        assert.match(warnings[0]!, /only you can read, run deno with --allow-env=\S+ --allow-read/);
        assert.deepEqual(used.filter(({ permission }) => permission !== "env"), []);
        assert.ok(listing(home).some((path) => path.endsWith("kv.sqlite3")), text);
        const again = await spawnChild("find", { ...homeOf(home), ...own }, { flags, cwd: home })
          .ended;
        assert.deepEqual(again.said, { found: "from the child" }, again.text);
        assert.deepEqual(again.warnings, warnings);
        await openAsTold(home, warnings[0]!, ["--unstable-kv"]);
      }));
  }

  test("default store: Deno with all permissions and its KV prefers a directory", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      const { said, warnings, text } = await open(home, ["-A", "--unstable-kv"]);
      assert.deepEqual([said, warnings], [{ works: true, shared: true }, []], text);
      assert.ok(existsSync(join(cacheIn(home), entry)));
    }));

  test("default store: Deno whose directory cannot be used has its KV", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      writeFileSync(join(home, "file"), "");
      const env = { DENO_DIR: join(home, "deno"), LLMCACHE_DIR: join(home, "file", "cache") };
      const { said, warnings, text } = await open(home, ["-A", "--unstable-kv"], env);
      assert.deepEqual([said, warnings.length], [{ works: true, shared: true }, 1], text);
      assert.match(
        warnings[0]!,
        /cannot be used .* Deno's KV.* set LLMCACHE_DIR or the option `dir`/,
      );
    }));

  test("default store: Deno whose KV cannot be opened has memory and one warning", () =>
    inTemporary(async (dir) => {
      const home = realpathSync(dir);
      mkdirSync(join(home, "deno"));
      writeFileSync(join(home, "deno", "location_data"), "");
      const own = { DENO_DIR: join(home, "deno") };
      const { said, warnings, text } = await open(home, ["--unstable-kv", "--deny-ffi"], own);
      assert.deepEqual(said, { works: true, shared: true }, text);
      assert.equal(warnings.length, 1, text);
      assert.match(warnings[0]!, /kept in memory and lost .* run deno with --allow-env=/);
    }));

  test("default store: Deno on a terminal asks the user nothing, whatever is granted", () =>
    inTemporary(async (dir) => {
      if (process.platform !== "linux") return console.log("a terminal is made on Linux alone");
      const flags = [[], ["--unstable-kv"], ["--allow-env"], ["--allow-read", "--allow-write"]];
      await Promise.all(flags.map(async (granted, at) => {
        const text = await onTerminal("flow", granted, homeOf(join(realpathSync(dir), `${at}`)));
        assert.match(text, /"hits":\[false,true\]/);
        assert.equal(text.match(/llmcache: /g)?.length, 1, text);
      }));
      // Where something is used without a look at what is granted, it would ask.
      assert.match(await onTerminal("env", [], homeOf(dir)), /requests .*env access to "HOME"/);
    }));
}
