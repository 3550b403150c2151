import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { testKey } from "./bytes.ts";
import { NOW, say, withEntries } from "./cli-io.ts";
import { contentOf, entryOf } from "./packs.ts";
import { hasModes } from "./places.ts";

test("pack, unpack: into a file and back, also by way of standard streams", async () => {
  await withEntries(12, async ({ store, on, json, beside }) => {
    const file = beside("all.tar");
    const packed = await on(["pack", file]);
    assert.deepEqual([packed.code, packed.err], [0, ""]);
    assert.match(packed.out, /^packed 12 entries, 4\d KiB, into .*all\.tar\n$/);
    assert.deepEqual(await json("pack", file), {
      file,
      entries: 12,
      bytes: statSync(file).size,
      unreadable: 0,
    });
    if (hasModes) assert.equal(statSync(file).mode & 0o777, 0o600);

    const dir = beside("other");
    const back = await say(["unpack", file, "--dir", dir]);
    assert.deepEqual(back, {
      code: 0,
      out: "12 entries brought in, 0 entries there already\n",
      err: "",
    });
    assert.deepEqual(await contentOf(nodeFsStore({ dir })), await contentOf(store));

    const pieces: Uint8Array[] = [];
    const write = (data: string | Uint8Array) => void pieces.push(data as Uint8Array);
    const piped = await on(["pack", "-"], { write });
    assert.deepEqual([piped.code, piped.err.replace(/\d+ KiB/, "")], [
      0,
      "llmcache: packed 12 entries, \n",
    ]);
    const input = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
    assert.deepEqual(input, new Uint8Array(readFileSync(file)));
    const again = await say(["unpack", "-", "--json", "--dir", dir], { input });
    assert.deepEqual(JSON.parse(again.out), {
      stored: 0,
      equal: 12,
      missing: 0,
      complete: true,
      problems: [],
    });
    const refused = await on(["pack", "-"], { columns: 80 });
    assert.deepEqual([refused.code, refused.out], [2, ""]);
    assert.match(refused.err, /a pack is not for a terminal/);
  });
});

test("pack: an entry that cannot be read is left out, and it fails; a file is whole or as it was", async () => {
  await withEntries(3, async ({ dir, on, beside }) => {
    const file = beside("all.tar");
    writeFileSync(file, "as it was");
    assert.equal((await on(["pack", join(beside("none"), "x.tar")])).code, 1);
    mkdirSync(join(dir, "04", testKey(4)), { recursive: true });
    const { code, out, err } = await on(["pack", file]);
    assert.equal(code, 1);
    assert.match(out, /^packed 3 entries/);
    assert.match(err, /^llmcache: 1 entry could not be read and is not in it \(.+\)\.\n$/);
    assert.notEqual(readFileSync(file, "utf8"), "as it was");
    // Of what came to no end nothing is left.
    mkdirSync(beside("folder"));
    assert.match((await on(["pack", beside("folder")])).err, /folder cannot be used: /);
    assert.deepEqual(readdirSync(beside(".")).sort(), ["all.tar", "cache", "folder"]);
  });
});

test("unpack: of a damaged file what is whole comes in, the rest is told, and it fails", async () => {
  await withEntries(12, async ({ on, beside }) => {
    const file = beside("all.tar");
    await on(["pack", file]);
    const bytes = readFileSync(file);
    bytes[bytes.indexOf("question 5")] = 1;
    writeFileSync(file, bytes);
    const args = ["unpack", file, "--dir", beside("other")];
    const { code, out, err } = await say(args);
    assert.deepEqual([code, err], [1, ""]);
    assert.match(
      out,
      /^11 entries brought in, 0 entries there already, 1 entry known to be missing\n/,
    );
    assert.match(out, /\n {2}at byte \d+, .*B: 05[0-9a-f.]+whole damaged in this file\n$/);
    const told = JSON.parse((await say([...args, "--json"])).out);
    assert.deepEqual([told.equal, told.missing, told.complete], [11, 1, false]);
    assert.deepEqual(told.problems.map(({ reason }: { reason: string }) => reason), ["damaged"]);
    const none = await say(["unpack", beside("none.tar"), "--dir", beside("third")]);
    assert.match(none.err, /^llmcache: .*none\.tar cannot be used: it does not exist\.\n$/);
    assert.ok(!readdirSync(beside(".")).includes("third"));
    const folder = await say(["unpack", beside("."), "--dir", beside("other")]);
    assert.match(folder.err, /^llmcache: .* cannot be used: it is a directory\.\n$/);
  });
});

test("verify: what is damaged is removed and named; what cannot be read is a failure", async () => {
  await withEntries(3, async ({ dir, on, json }) => {
    const damage = () => writeFileSync(join(dir, "01", testKey(1)), "no entry");
    damage();
    assert.match((await on(["stats"])).out, /^ +1 entry could not be read; see llmcache verify$/m);
    const { code, out, err } = await on(["verify"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(
      out,
      /^2 entries sound, .*B\n1 entry damaged; of them these are removed:\n {2}0100.*whole\n$/,
    );
    assert.match((await on(["verify"])).out, /^2 entries sound, .*B\n$/);
    damage();
    const told = await json("verify") as { damaged: number; removed: string[] };
    assert.deepEqual([told.damaged, told.removed], [1, [testKey(1)]]);
    mkdirSync(join(dir, "04", testKey(4)), { recursive: true });
    const failed = await on(["verify"]);
    assert.equal(failed.code, 1);
    assert.match(failed.out, /^1 entry could not be read, left alone$/m);
    assert.match(failed.err, /^llmcache: not all could be read and removed: .+\n$/);
  });
});

test("progress: a bar on a terminal, taken away at the end; nothing elsewhere", async () => {
  await withEntries(12, async ({ on, beside }) => {
    let time = NOW;
    const now = () => time += 60;
    const file = beside("all.tar");
    const dir = beside("other");
    const cases: [string[], RegExp][] = [
      [["ls"], /^reading {2}\d+ entries$/],
      [["stats"], /^reading {2}\d+ entries$/],
      [["verify"], /^verifying {2}█+░* +\d+ % {2}\d+ of 12 entries, .*B$/],
      [["pack", file], /^packing {2}█+░* +\d+ % {2}\d+ of 12 entries, .*B$/],
      [["unpack", file, "--dir", dir], /^unpacking {2}█+░* +\d+ % {2}\d+ entr(y|ies), .*B$/],
      [
        ["prune", "--older-than", "1s", "--dir", dir],
        /^removing {2}█+░* +\d+ % {2}\d+ of 12 entries/,
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, err } = await on(args, { watched: true, columns: 100, now });
      assert.equal(code, 0);
      const drawn = err.split("\r\x1b[K");
      assert.deepEqual([drawn[0], drawn.at(-1)], ["", ""]);
      assert.ok(drawn.length > 5, err);
      assert.match(drawn.at(-2)!, expected);
    }
    const quiet: [string[], Parameters<typeof on>[1]][] = [
      [["verify"], { now }],
      [["verify"], { now, watched: true, env: { TERM: "dumb" } }],
      // What takes no time needs no bar.
      [["verify"], { now: () => time += 1, watched: true }],
    ];
    for (const [args, io] of quiet) assert.equal((await on(args, io)).err, "");
    // It stays as it is for a while: nobody reads faster.
    const few = await on(["verify"], { watched: true, columns: 100, now: () => time += 30 });
    assert.ok(few.err.split("entries").length < 8, few.err);
    const narrow = await on(["verify"], { watched: true, columns: 20, now });
    for (const line of narrow.err.split("\r\x1b[K")) assert.ok(line.length < 20);
  });
});

test("a closed pipe ends it quietly", async () => {
  await withEntries(12, async ({ on, store }) => {
    await store.set(testKey(300), entryOf(300, 400_000));
    const write = () => {
      throw Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    };
    for (const line of ["ls", "ls --json", "stats", "--help", "pack -", "show 0100", "--version"]) {
      assert.deepEqual(await on(line.split(" "), { write }), { code: 0, out: "", err: "" });
    }
    const full = () => {
      throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    };
    assert.deepEqual(await on(["ls"], { write: full }), {
      code: 1,
      out: "",
      err: "llmcache: no space left on device\n",
    });
  });
});
