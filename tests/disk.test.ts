import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { directoryStore } from "../adapters/directory.ts";
import type { FileVerbs } from "../adapters/file-verbs.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { listen } from "./listen.ts";
import { inTemporary, leaping } from "./places.ts";
import { asking, RIGHT, WAYS } from "./ways.ts";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const child = fileURLToPath(new URL(`./disk-child${extension}`, import.meta.url));
const inDeno = "Deno" in globalThis;

/**
 * Starts `disk-child.ts` where `prepare`, a line of shell, has made `$dir` what it is to be.
 *
 * @returns what it saw; `undefined` where this user or system cannot prepare that.
 */
function inShell(what: string, dir: string, prepare: string, around: string[]): unknown[] | void {
  if (process.platform === "win32") return undefined;
  const run = [...(inDeno ? ["run", "-A", "--no-check", "--quiet"] : []), child, what, dir];
  const script = `dir=$1; shift; ${prepare} || exit 77; exec "$@"`;
  const [command, ...args] = [...around, "sh", "-c", script, "sh", dir, process.execPath, ...run];
  const env = { ...process.env, NODE_NO_WARNINGS: "1", TMPDIR: dir };
  const { status, stdout, stderr } = spawnSync(command!, args, { env, encoding: "utf8" });
  if (status === 0) return JSON.parse(stdout);
  // Without the right to mount, `unshare` or `mount` says so.
  assert.ok(around.length > 0 && !stdout, `${status} ${stderr}`);
  return undefined;
}

/** A file system of 64 KB, which goes with the child. */
const MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$dir"';
const OWN_MOUNTS = ["unshare", "--mount", "--map-root-user"];

/** The file verbs of this runtime, one of them replaced by a failure. */
function failing(code: string, ...verbs: (keyof FileVerbs)[]): FileVerbs {
  const fail = () => {
    throw Object.assign(new Error(`${code}: as if`), { code });
  };
  return { ...nodeFiles()!, ...Object.fromEntries(verbs.map((verb) => [verb, fail])) };
}

/** Asks each way twice; nothing can be stored, everything is answered. */
async function isHarmless(store: ReturnType<typeof nodeFsStore>, code: string): Promise<void> {
  const { events, onEvent } = listen();
  const { ask, out } = asking({ store, onEvent });
  for (const way of [...WAYS, ...WAYS]) {
    assert.deepEqual(await ask(way), RIGHT[way]);
    assert.equal(out(), 1);
    const faults = events.splice(0).filter((event) => event.status === "fault");
    assert.ok(faults.length > 0);
    for (const { error } of faults) assert.equal((error as { code?: string }).code, code);
  }
}

const miss = { isRight: true, out: 1, codes: [], story: ["miss"] };
const hit = { isRight: true, out: 0, codes: [], story: ["hit"] };
const unstored = (code: string) => ({
  isRight: true,
  out: 1,
  codes: [code],
  story: ["fault set", "miss store-fault"],
});
/** Where nothing can be made, claims neither. */
const unclaimed = (code: string) => ({
  ...unstored(code),
  codes: [code, code],
  story: ["fault claim", "fault set", "miss store-fault"],
});

test("disk: full", () =>
  inTemporary(async (dir) => {
    const said = inShell("full", dir, MOUNT, OWN_MOUNTS);
    console.log(said ? "a full tmpfs" : "no right to mount: a write that fails with ENOSPC");
    if (!said) return await isHarmless(directoryStore(dir, failing("ENOSPC", "write")), "ENOSPC");
    const full = unstored("ENOSPC");
    assert.deepEqual(said, [miss, full, full, hit, miss, hit, []]);
  }));

test("disk: read-only", () =>
  inTemporary(async (dir) => {
    const said = inShell("read-only", dir, MOUNT, OWN_MOUNTS);
    console.log(said ? "a read-only tmpfs" : "no right to mount: a write that fails with EROFS");
    if (!said) return await isHarmless(directoryStore(dir, failing("EROFS", "write")), "EROFS");
    // Node's recursive mkdir calls it ENOENT.
    const closed = unclaimed(inDeno || "Bun" in globalThis ? "EROFS" : "ENOENT");
    assert.deepEqual(said, [miss, hit, closed, closed]);
  }));

test("disk: too many open files", () =>
  inTemporary(async (dir) => {
    // So many, because Node opens modules side by side: 96 were too few for it on a busy machine.
    const said = inShell("files", dir, "ulimit -n 512", []);
    if (!said) {
      return await isHarmless(directoryStore(dir, failing("EMFILE", "head", "write")), "EMFILE");
    }
    const none = {
      isRight: true,
      out: 1,
      codes: ["EMFILE", "EMFILE", "EMFILE", "EMFILE"],
      story: ["fault get", "fault get", "fault claim", "fault set", "miss store-fault"],
    };
    assert.deepEqual(said, [miss, none, none, hit, miss, hit]);
  }));

test("disk: something else where the directory should be", () =>
  inTemporary(async (dir) => {
    writeFileSync(join(dir, "file"), "");
    await isHarmless(nodeFsStore({ dir: join(dir, "file", "below") }), "ENOTDIR");
  }));

test("disk: every verb fails, whatever it fails with", () =>
  inTemporary(async (dir) => {
    for (const code of ["EIO", "EACCES", "ELOOP", "ENAMETOOLONG"]) {
      const verbs = failing(
        code,
        "read",
        "head",
        "write",
        "exists",
        "remove",
        "list",
        "makeFolder",
      );
      await isHarmless(directoryStore(dir, verbs), code);
    }
  }));

test("disk: an entry that cannot be read, as one made by another user, is replaced", () =>
  inTemporary(async (dir) => {
    const verbs = nodeFiles()!;
    const { ask, out } = asking({ store: directoryStore(dir, verbs) });
    await ask("a fetch");
    const unreadable: FileVerbs = { ...verbs, ...failing("EACCES", "read", "head") };
    const { story, onEvent } = listen();
    const other = asking({ store: directoryStore(dir, unreadable), onEvent, now: () => 7 });
    assert.deepEqual(await other.ask("a fetch"), RIGHT["a fetch"]);
    assert.deepEqual(story(), ["fault get", "fault get", "miss"]);
    assert.deepEqual(await ask("a fetch"), RIGHT["a fetch"]);
    assert.equal(out(), 1);
  }));

test("disk: the directory is removed while the program runs, or becomes a file", () =>
  inTemporary(async (dir) => {
    const place = join(dir, "entries");
    const { story, onEvent } = listen();
    const { ask, out } = asking({ store: nodeFsStore({ dir: place, now: leaping() }), onEvent });
    for (const way of WAYS) {
      await ask(way);
      rmSync(place, { recursive: true });
      assert.deepEqual(await ask(way), RIGHT[way]);
      assert.deepEqual(await ask(way), RIGHT[way]);
      const heard = story().map((sentence) => sentence.split(" ")[0]);
      assert.deepEqual([out(), heard], [2, ["miss", "miss", "hit"]]);
    }
    rmSync(place, { recursive: true });
    writeFileSync(place, "");
    assert.deepEqual(await ask("a fetch"), RIGHT["a fetch"]);
    rmSync(place);
    mkdirSync(place);
    assert.deepEqual(await ask("a fetch"), RIGHT["a fetch"]);
    assert.deepEqual(await ask("a fetch"), RIGHT["a fetch"]);
    assert.deepEqual(out(), 2);
    assert.deepEqual(story().slice(-2), ["miss", "hit"]);
  }));
