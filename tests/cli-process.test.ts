import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Process } from "../src/cli/node.ts";
import { outputOf } from "../src/cli/process.ts";
import { VERSION } from "../src/cli/version.ts";
import { withEntries } from "./cli-io.ts";
import { cacheIn, homeOf } from "./homes.ts";
import { inTemporary } from "./places.ts";

/** The programs: what npm starts, and what Deno and Bun start by the name of the subpath. */
const programs = ["bin", "cli"].map((name) => {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return fileURLToPath(new URL(`../src/cli/${name}${extension}`, import.meta.url));
});
const [bin, cli] = programs as [string, string];
const writer = bin.replace(/src.cli.bin/, join("tests", "file-child"));
const inDeno = "Deno" in globalThis;
/** Older Nodes do not tell what was started. */
const knowsMain = inDeno || "Bun" in globalThis ||
  Number(process.versions.node.split(".")[0]) >= 24;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(
  args: readonly string[],
  { env = {}, input, most = Infinity, flags = ["-A"], program = bin }: {
    readonly env?: Record<string, string>;
    readonly input?: string;
    /** After so many characters the reader goes. */
    readonly most?: number;
    readonly flags?: readonly string[];
    readonly program?: string;
  } = {},
): Promise<Ended> {
  const foreign = /^(LLMCACHE_|XDG_)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const first = inDeno ? ["run", "--no-check", "--quiet", ...flags] : [];
  const child = spawn(process.execPath, [...first, program, ...args], {
    env: { ...Object.fromEntries(own), NODE_NO_WARNINGS: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    out += data;
    if (out.length >= most) child.stdout.destroy();
  });
  child.stderr.setEncoding("utf8").on("data", (data: string) => err += data);
  child.stdin.end(input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

test("a terminal that was told of no size is as wide as it needs to be", () => {
  for (const [columns, told] of [[0, undefined], [undefined, undefined], [80, 80]] as const) {
    const stream = { isTTY: true, columns, write: () => true, on() {} };
    const { isTerminal, columns: known } = outputOf(stream as unknown as Process["stdout"]);
    assert.deepEqual([isTerminal, known], [true, told]);
  }
});

test("a program: its exit codes, its streams", async () => {
  await withEntries(3, async ({ dir }) => {
    const env = { LLMCACHE_DIR: dir };
    const input = '{"url":"https://x.test/v1/chat/completions","body":{"model":"m","messages":[]}}';
    const [asked, failed, wrong] = await Promise.all([
      start(["why", "-", "--json"], { env, input }),
      start(["show", "abcd"], { env }),
      start(["sl"], { env }),
    ]);
    assert.deepEqual([asked.code, JSON.parse(asked.out).status, asked.err], [0, "miss", ""]);
    assert.deepEqual([failed.code, failed.out], [1, ""]);
    assert.match(failed.err, /^llmcache: no entry has a key/);
    assert.deepEqual([wrong.code, wrong.out], [2, ""]);
    assert.match(wrong.err, /^llmcache: there is no command/);
  });
});

test(
  "a program: started by its subpath, where the runtime tells",
  { skip: !knowsMain },
  async () => {
    assert.deepEqual(await start(["--version"], { program: cli }), {
      code: 0,
      out: `${VERSION}\n`,
      err: "",
    });
  },
);

test("a program: a reader that goes away ends it quietly", async () => {
  await withEntries(3, async ({ dir, store }) => {
    const value = (await store.get(`01${"0".repeat(62)}.whole`))!;
    // More than a pipe holds.
    for (let n = 0; n < 300; n++) {
      const key = `${n.toString(16).padStart(4, "0")}${"f".repeat(60)}.whole`;
      const text = new TextDecoder().decode(value.subarray(0, value.indexOf(10)));
      const line = text.replace(/"key":"[^"]+"/, `"key":"${key}"`);
      const words = line.replace("question 1", "long ".repeat(400));
      await store.set(key, new TextEncoder().encode(`${words}\n`));
    }
    const { code, err } = await start(["ls"], { env: { LLMCACHE_DIR: dir }, most: 10 });
    assert.deepEqual([code, err], [0, ""]);
  });
});

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  test(
    `a program: ended by ${signal} while it writes a file, it leaves no part of one`,
    { skip: process.platform === "win32" },
    () =>
      inTemporary(async (dir) => {
        const first = inDeno ? ["run", "--no-check", "--quiet", "-A"] : [];
        const child = spawn(process.execPath, [...first, writer, join(dir, "pack.tar")]);
        const [line] = await once(child.stdout, "data");
        assert.equal(`${line}`, "writing\n");
        assert.match(readdirSync(dir).join(), /^pack\.tar\..*\.part$/);
        child.kill(signal);
        // Deno takes such a code for the signal.
        assert.deepEqual(await once(child, "close"), inDeno ? [null, signal] : [code, null]);
        assert.deepEqual(readdirSync(dir), []);
      }),
  );
}

test("a program: with nothing but a home it looks where the library keeps entries", async () => {
  await inTemporary(async (home) => {
    const { out } = await start(["path"], { env: homeOf(home) });
    assert.equal(join(out.trim()), cacheIn(home));
  });
});

test("Deno: what is not granted is said, with the flags", { skip: !inDeno }, async () => {
  await withEntries(1, async ({ dir }) => {
    // Deno hands all it was granted to a child without a flag.
    const none = await start(["ls"], { flags: ["--deny-ffi"] });
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /may not read the environment; run deno with --allow-env --allow-read/);
    const blind = await start(["ls", "--dir", dir], { flags: ["--allow-env"] });
    assert.deepEqual([blind.code, blind.out], [1, ""]);
    assert.match(blind.err, /Deno may not read .*; run deno with --allow-env --allow-read/);
    const flags = [`--allow-read=${dir}`];
    const { code, out } = await start(["ls", "--json", "--dir", dir], { flags });
    assert.deepEqual([code, JSON.parse(out).length], [0, 1]);
  });
});

test("Deno: without files its KV, whose hits nobody counts", { skip: !inDeno }, async () => {
  await inTemporary(async (folder) => {
    const options = {
      flags: ["--unstable-kv", "--deny-ffi"],
      env: { DENO_DIR: join(folder, "deno"), ...homeOf(folder) },
    };
    const { code, out, err } = await start(["stats"], options);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(
      out,
      /^Deno's KV\nkept +0 entries, .*\nsaved +not known: this store keeps no account/,
    );
    assert.deepEqual(JSON.parse((await start(["path", "--json"], options)).out), {
      store: "deno-kv",
    });
    const path = await start(["path"], options);
    assert.deepEqual([path.code, path.out], [1, ""]);
    assert.match(path.err, /entries are kept in Deno's KV here, which has no path of its own\.\n$/);
  });
});
