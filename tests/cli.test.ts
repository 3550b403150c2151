import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { commands } from "../src/cli/commands.ts";
import { VERSION } from "../src/cli/version.ts";
import { fit, widthOf } from "../src/cli/width.ts";
import { say, withEntries } from "./cli-io.ts";
import { inTemporary } from "./places.ts";

const names = "path ls show why stats rm prune clear verify pack unpack".split(" ");

test("help: of all commands, on standard output where it was asked for", async () => {
  assert.deepEqual(commands.map(({ name }) => name), names);
  const { code, out, err } = await say(["--help"]);
  assert.deepEqual([code, err], [0, ""]);
  for (const name of names) assert.match(out, new RegExp(`^  ${name} .*\\w`, "m"));
  assert.match(out, /Exit\s+codes: 0 done, 1 failed, 2 called\s+wrongly/);
  for (const args of [["-h"], ["help"], ["help", "--json"]]) {
    assert.deepEqual(await say(args), { code, out, err });
  }
  // Whoever says nothing has not been understood.
  assert.deepEqual(await say([]), { code: 2, out: "", err: out });
});

test("help: of each command, with its options and an example", async () => {
  for (const { name, operands, options, examples } of commands) {
    const { code, out, err } = await say([name, "--help"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.ok(out.startsWith(`Usage: llmcache ${name} ${operands}`), out);
    for (const option of ["dir", "json", "help", ...Object.keys(options)]) {
      assert.match(out, new RegExp(`^  (-h, )?--${option}\\b.* \\w`, "m"), name);
    }
    assert.ok(examples.length > 0);
    for (const [line] of examples) assert.ok(out.includes(`  ${line}`));
    assert.match(out, /^With --json: /m);
    assert.deepEqual(await say(["help", name]), { code, out, err });
    assert.deepEqual(await say([name, "operand", "another", "-h"]), { code, out, err });
  }
});

test("help: fits the terminal, narrow or wide", async () => {
  for (const columns of [44, 80, 200]) {
    for (const args of [["help"], ...names.map((name) => ["help", name])]) {
      const { out } = await say(args, { columns });
      // A line to type is not broken.
      const typed = commands.flatMap(({ examples }) => examples.map(([line]) => `  ${line}`));
      const lines = out.split("\n").filter((line) => !typed.includes(line));
      const widest = Math.max(...lines.map((line) => line.length));
      assert.ok(widest <= Math.min(columns, 90), `${args} in ${columns}: ${widest}`);
    }
  }
});

test("version", async () => {
  assert.deepEqual(await say(["--version"]), { code: 0, out: `${VERSION}\n`, err: "" });
});

test("exit code 2: one line says what is wrong, what was expected, and where to look", async () => {
  const cases: [string, RegExp][] = [
    ["sl", /no command "sl"\. Did you mean ls\? See llmcache --help\.$/],
    ["stat", /no command "stat"\. Did you mean stats\?/],
    ["unpak x", /Did you mean unpack\?/],
    ["frobnicate", /no command "frobnicate"\. See llmcache --help\.$/],
    ["help frobnicate", /no command "frobnicate"/],
    ["--jsn", /no option --jsn\. Did you mean --json\?/],
    [
      "ls --limt 3",
      /^llmcache: ls has no option --limt\. Did you mean --limit\? See llmcache ls --help\.$/,
    ],
    ["ls -x", /ls has no option -x\. See/],
    ["ls --constructor", /ls has no option --constructor\. See/],
    ["stats --limit 3", /stats has no option --limit\. See/],
    ["ls --limit", /--limit wants a value, N; there is none/],
    ["ls --limit --json", /--limit wants a value, N; there is none/],
    ["ls --json=3", /--json takes no value; it is given "3"/],
    ["ls --limit few", /--limit takes a whole number from 0; it is "few"/],
    ["ls --older-than old", /--older-than takes seconds, or a text such as "90s".*; it is "old"/],
    ["ls extra", /ls takes nothing behind it; there are 1, "extra" among them/],
    ["show", /show wants KEY; there is none\. See llmcache show --help/],
    ["show aaaa bbbb", /show wants KEY; there are 2, "bbbb" among them/],
    ["rm", /rm wants KEY…; there is none/],
    ["rm aaa", /"aaa" is no key.*at least its first 4 hex digits/],
    ["rm aaaa.x", /"aaaa\.x" is no key/],
    ["rm ../../etc", /is no key/],
    ["clear", /clear removes every entry: say --yes if that is meant/],
    ["prune", /prune wants --older-than AGE or --max-bytes SIZE/],
    ["prune --model m", /prune wants --older-than AGE or --max-bytes SIZE/],
    ["prune --max-bytes 3x", /--max-bytes takes a size, such as 500MB, 1GiB .*; it is "3x"/],
    ["pack - --json", /Name a file/],
    ["ls --dir=", /--dir wants a directory; it is empty/],
    ["ls --dir=file:///a%2Fb", /--dir wants a path or a file: URL; it is "file:\/\/\/a%2Fb"/],
  ];
  await withEntries(1, async ({ on }) => {
    for (const [line, expected] of cases) {
      const { code, out, err } = await on(line.split(" "));
      assert.deepEqual([line, code, out], [line, 2, ""]);
      assert.match(err.trimEnd(), expected);
      assert.match(err, /^llmcache: [^\n]*\n$/);
    }
  });
});

test("options: a name means the same kind in each command, so that it can stand before it", () => {
  const kinds = new Map<string, boolean>();
  for (const [name, { value }] of commands.flatMap(({ options }) => Object.entries(options))) {
    assert.equal(kinds.get(name) ?? Boolean(value), Boolean(value), name);
    kinds.set(name, Boolean(value));
  }
});

test("options: before the command or behind it; the last one counts; -- ends them", async () => {
  await withEntries(3, async ({ dir, on }) => {
    const listed = await on(["ls", "--json", "--limit", "2"]);
    assert.equal(JSON.parse(listed.out).length, 2);
    assert.deepEqual(await on(["--json", "--limit=2", "ls"]), listed);
    assert.deepEqual(await on(["ls", "--limit", "1", "--json", "--limit", "2"]), listed);
    assert.deepEqual(await say(["--dir", dir, "ls", "--limit=2", "--json"]), listed);
    assert.match((await on(["show", "--", "--json"])).err, /"--json" is no key/);
  });
});

test("path: --dir, then LLMCACHE_DIR, then the user's cache directory", async () => {
  await inTemporary(async (folder) => {
    const env = { LLMCACHE_DIR: join(folder, "own"), XDG_CACHE_HOME: folder };
    const named = join(folder, "named");
    const cases: [string[], Record<string, string>, string][] = [
      [["--dir", named], env, named],
      [["--dir", pathToFileURL(named).href], env, named],
      [[], env, env.LLMCACHE_DIR],
      [[], { XDG_CACHE_HOME: folder }, `${folder}/llmcache`],
    ];
    for (const [args, env, dir] of cases) {
      assert.deepEqual(await say(["path", ...args], { env }), {
        code: 0,
        out: `${dir}\n`,
        err: "",
      });
      const { out } = await say(["path", "--json", ...args], { env });
      assert.deepEqual(JSON.parse(out), { store: "directory", dir, exists: false });
    }
    mkdirSync(named);
    assert.match((await say(["path", "--json", "--dir", named])).out, /"exists": true/);
  });
});

test("a directory that is not there: named by hand it is an error, else it is empty", async () => {
  await inTemporary(async (folder) => {
    const dir = join(folder, "none");
    for (
      const command of ["ls", "stats", "verify", "clear --yes", "prune --older-than 1d", "pack x"]
    ) {
      const { code, out, err } = await say([...command.split(" "), "--dir", dir]);
      assert.deepEqual([command, code, out], [command, 1, ""]);
      assert.match(err, /^llmcache: there is no directory .*none\. Name another by --dir; .*\n$/);
    }
    const env = { LLMCACHE_DIR: dir };
    const listed = await say(["ls"], { env });
    assert.deepEqual([listed.code, listed.out], [0, ""]);
    assert.equal(listed.err, `llmcache: no entries in ${dir}.\n`);
    assert.equal((await say(["ls", "--json"], { env })).out, "[\n]\n");
    assert.match((await say(["stats"], { env })).out, /^kept +0 entries, 0 B, 0 tokens$/m);
    assert.match((await say(["verify"], { env })).out, /^0 entries sound, 0 B$/m);
    assert.match((await say(["path", "--json"], { env })).out, /"exists": false/);
    const file = join(folder, "file");
    writeFileSync(file, "");
    assert.match(
      (await say(["ls", "--dir", file])).err,
      /file is a file; the cache lies in a directory/,
    );
  });
});

test("widths: what a terminal makes of a text, and cuts between whole characters", () => {
  const cases: [string, number, string][] = [
    ["abcdef", 6, "abc…"],
    ["世界世界", 8, "世…"],
    ["“a”“b”", 6, "“a”…"],
    ["e\u0301e\u0301e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301e\u0301…"],
    ["👨‍👩‍👧👨‍👩‍👧👍🏽", 6, "👨‍👩‍👧…"],
    ["🇩🇪❤️1", 5, "🇩🇪…"],
    ["█░─…█", 5, "█░─…"],
    ["한국", 4, "한국"],
    ["", 0, ""],
  ];
  for (const [text, width, cut] of cases) {
    assert.deepEqual([text, widthOf(text), fit(text, 4)], [text, width, cut]);
    for (let most = 0; most < 9; most++) assert.ok(widthOf(fit(text, most)) <= most);
  }
});

test("columns: each line fits the terminal", async () => {
  await withEntries(12, async ({ on }) => {
    for (const columns of [30, 60, 80, 120]) {
      const lines = (await on(["ls"], { columns })).out.trimEnd().split("\n");
      assert.equal(lines.length, 13);
      for (const line of lines) assert.ok(widthOf(line) <= columns, line);
    }
  });
});
