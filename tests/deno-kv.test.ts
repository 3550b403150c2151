import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { type DenoKv, denoKvStore } from "../adapters/deno-kv.ts";
import { memoryStore } from "../adapters/memory.ts";
import { layeredStore } from "../adapters/layered.ts";
import type { CacheStore } from "../src/store.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { type Place, storeConformance } from "./conformance.ts";
import { contest } from "./contest.ts";
import { hasModes, inTemporary, listing, modeOf, movable, temporary } from "./places.ts";
import { spawnChild } from "./spawn.ts";

type Globals = typeof globalThis;
/** `Deno.Kv` where its types are, so that Deno's check tells whether it fits. */
type RealKv = Globals extends { Deno: { openKv(path?: string): Promise<infer Kv> } } ? Kv : DenoKv;
type Open = (path?: string) => Promise<RealKv>;

const takesTheRealOne = (kv: RealKv): CacheStore => denoKvStore({ kv });
const { Deno } = globalThis as unknown as { Deno?: { openKv?: Open } };
const key = testKey(1);

test("deno-kv: a wrong option is named at once", () => {
  const kv = { get() {} } as unknown as DenoKv;
  const wrong: [() => unknown, RegExp][] = [
    [() => denoKvStore(5 as unknown as object), /denoKvStore: the options must be an object/],
    [() => denoKvStore({ dir: "a" } as object), /`dir` is unknown. The options are kv, path, now/],
    [() => denoKvStore({ now: 5 as never }), /denoKvStore: .*`now` must be a function/],
    [() => denoKvStore({ kv }), /`kv` must be an open Deno\.Kv; it is an object/],
    [() => denoKvStore({ kv: null as unknown as DenoKv }), /it is null/],
    [() => denoKvStore({ kv, path: "a" }), /`kv` and `path` exclude each other/],
    [() => denoKvStore({ path: "" }), /`path` must be a path, .*; it is empty/],
    [() => denoKvStore({ path: 5 as unknown as string }), /it is number 5/],
    [() => denoKvStore({ path: new URL("ftp://a.b/") }), /a URL with ftp:/],
  ];
  for (const [act, message] of wrong) {
    assert.throws(act, (error) => error instanceof TypeError && message.test(error.message));
  }
});

test("deno-kv: where there is no Deno.openKv, the error says what to do", async () => {
  const { said, text } = await spawnChild("kv-missing").ended;
  const remedy = Deno
    ? /no Deno\.openKv\. Start it with --unstable-kv, or put "unstable": \["kv"\] into the deno\.json/
    : /only Deno has a Deno\.openKv\. Elsewhere pass an open KV as `kv`/;
  assert.match(String(said), remedy, text);
});

if (Deno) inDeno();
else console.log("deno-kv: the tests on a real KV run in Deno");

function inDeno() {
  test("deno-kv: Deno was started with --unstable-kv, so all of this file has run", () => {
    assert.equal(typeof Deno!.openKv, "function", "start the tests with --unstable-kv");
  });

  const inFile = (open: (path: string, now: () => number) => CacheStore) => (): Place => {
    const dir = temporary();
    const folder = join(dir, "folder");
    const path = join(folder, "kv");
    const { now, advance } = movable();
    return {
      advance,
      open: () => open(path, now),
      async damage(key) {
        const kv = await Deno!.openKv!(path) as unknown as DenoKv;
        await kv.atomic().set(["llmcache", "entry", key], patterned(500)).commit();
        kv.close();
      },
      obstruct() {
        writeFileSync(folder, "");
        return () => rmSync(folder);
      },
      remove: () => rmSync(dir, { recursive: true }),
    };
  };
  const common = {
    test,
    abilities: ["head", "getMany", "claim", "tidy"],
    hooks: ["damage", "obstruct"],
  } as const;
  storeConformance({
    ...common,
    name: "deno-kv",
    durable: true,
    place: inFile((path, now) => denoKvStore({ path, now })),
  });
  storeConformance({
    ...common,
    name: "layered (memory, deno-kv)",
    durable: false,
    // What is damaged in the KV may be in memory still.
    hooks: ["obstruct"],
    place() {
      const { damage: _, ...place } = inFile((path, now) =>
        layeredStore(memoryStore(), denoKvStore({ path, now }))
      )();
      return place;
    },
  });

  test("deno-kv: a path of its own is made readable by its owner alone", () =>
    inTemporary(async (dir) => {
      if (!hasModes) return console.log("no permission bits on Windows");
      chmodSync(dir, 0o755);
      const umask = process.umask(0);
      try {
        for (const path of ["a/b/kv", "kv"]) {
          const store = denoKvStore({ path: join(dir, path) });
          await store.set(key, patterned(100));
          const made = listing(dir).filter((name) => name.startsWith(path));
          assert.ok(made.length > 1, made.join());
          for (const name of made) assert.equal(modeOf(join(dir, name)), "600", name);
          await store.close?.();
        }
      } finally {
        process.umask(umask);
      }
      for (const folder of ["a", "a/b"]) assert.equal(modeOf(join(dir, folder)), "700");
      assert.equal(modeOf(dir), "755");
    }));

  test("deno-kv: a path or a file: URL, understood when the store is made", () =>
    inTemporary(async (dir) => {
      const cwd = process.cwd();
      process.chdir(dir);
      const store = denoKvStore({ path: "a file" });
      process.chdir(cwd);
      await store.set(key, patterned(100));
      const same = denoKvStore({ path: pathToFileURL(join(dir, "a file")) });
      expectBytes(await same.get(key), patterned(100));
      await Promise.all([store.close?.(), same.close?.()]);
    }));

  test("deno-kv: nothing is opened before it is used, and it may be closed twice", () =>
    inTemporary(async (dir) => {
      const store = denoKvStore({ path: join(dir, "kv") });
      assert.deepEqual(listing(dir), []);
      await store.set(key, patterned(100));
      await store.close?.();
      await store.close?.();
    }));

  test("deno-kv: more keys than one listing gives", () =>
    inTemporary(async (dir) => {
      const store = denoKvStore({ path: join(dir, "kv") });
      const keys = Array.from({ length: 201 }, (_, n) => testKey(n));
      await Promise.all(keys.map((key) => store.set(key, patterned(5))));
      assert.deepEqual(await collect(store.keys()), keys);
      await store.close?.();
    }));

  test("deno-kv: an open Deno.Kv stays open, one of its own is closed", () =>
    inTemporary(async (dir) => {
      const path = join(dir, "kv");
      const kv = await Deno!.openKv!(path);
      const store = takesTheRealOne(kv);
      await store.set(key, patterned(200_000));
      await store.close?.();
      const own = denoKvStore({ path });
      expectBytes(await own.get(key), patterned(200_000));
      await own.close?.();
      await kv.atomic().set(["others"], 1).commit();
      kv.close();
      assert.deepEqual(listing(dir).filter((name) => name !== "kv"), []);
    }));

  test("deno-kv: :memory: is a KV in memory, and no file", () =>
    inTemporary(async (dir) => {
      const cwd = process.cwd();
      process.chdir(dir);
      try {
        const store = denoKvStore({ path: ":memory:" });
        await store.set(key, patterned(100));
        expectBytes(await store.get(key), patterned(100));
        await store.close?.();
      } finally {
        process.chdir(cwd);
      }
      assert.deepEqual(listing(dir), []);
    }));

  test("deno-kv: the URL of a database on the network is passed on", () =>
    inTemporary(async (dir) => {
      const env = { DENO_KV_ACCESS_TOKEN: "no-token" };
      const options = { flags: ["-A", "--unstable-kv"], cwd: dir };
      const { said, text } = await spawnChild("kv-remote", env, options).ended;
      const refused = /failed to connect to 'http:\/\/127\.0\.0\.1:1\/[^']*'.*refused/;
      assert.ok(Array.isArray(said) && said.length === 4, text);
      for (const message of said) assert.match(message, refused);
      assert.deepEqual(listing(dir), []);
    }));

  test("deno-kv: of three processes that claim a key one gets it, and nobody is disturbed", () =>
    inTemporary(async (dir) => {
      const path = join(dir, "kv");
      const past = denoKvStore({ path, now: () => 1_000 });
      await contest(past, { KV: path }, dir, ["-A", "--unstable-kv"]);
    }));

  test("deno-kv: three processes write the same entry, and nothing is lost or left", () =>
    inTemporary(async (dir) => {
      mkdirSync(join(dir, "shared"));
      const path = join(dir, "shared", "kv");
      const flags = ["-A", "--unstable-kv"];
      const children = [1, 2, 3].map((n) =>
        spawnChild("kv-write", { KV: path, N: `${n}` }, { flags })
      );
      for (const { ended } of children) {
        const { said, text } = await ended;
        assert.deepEqual(said, { writes: 60 }, text);
      }
      const kv = await Deno!.openKv!(path) as unknown as DenoKv;
      const store = denoKvStore({ kv });
      const value = (await store.get(key))!;
      expectBytes(value, patterned(value.length, value.length));
      await store.delete(key);
      const left = [];
      for await (const { key } of kv.list({ prefix: [] })) left.push(key);
      kv.close();
      assert.deepEqual(left, []);
    }));
}
