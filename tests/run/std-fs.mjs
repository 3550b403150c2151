import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { inRoot } from "./paths.mjs";
import { cleanEnv, run, tempDir } from "./proc.mjs";
import { layout, startRegistry } from "./registry.mjs";
import { tool } from "./tools.mjs";

const folder = inRoot("tests", "run", "std-fs");

/** How long JSR may take, in seconds, before it counts as out of reach. */
const PATIENCE = 10;

/** Asks with Deno itself, which knows the proxies and certificates of this machine. */
async function answers() {
  const { imports } = JSON.parse(readFileSync(inRoot("deno.json"), "utf8"));
  const cwd = tempDir("std-fs");
  const args = ["cache", "--no-lock", `${imports["@std/fs"]}/walk`];
  const { code } = await run(await tool("deno"), args, { cwd, seconds: PATIENCE });
  return code === 0;
}

/** The stand-in, as JSR would answer for it. */
function standIn() {
  const names = readdirSync(folder);
  const files = new Map(names.map((name) => [
    `/${name}`,
    readFileSync(inRoot("tests", "run", "std-fs", name), "utf8"),
  ]));
  const exports = Object.fromEntries(
    names.map((name) => [`./${name.replace(/\.ts$/, "")}`, `./${name}`]),
  );
  return layout({ name: "@std/fs", version: "1.0.0", exports }, files);
}

async function find() {
  if (await answers()) {
    const url = new URL(process.env.JSR_URL ?? "https://jsr.io/");
    const ask = async (path) => {
      const response = await fetch(new URL(path, url));
      return response.ok ? await response.text() : undefined;
    };
    return { note: "@std/fs from JSR", env: {}, ask };
  }
  const files = standIn();
  const { url } = await startRegistry(files);
  return {
    note: "JSR out of reach, a stand-in for @std/fs",
    env: { JSR_URL: url },
    ask: (path) => files.get(path),
  };
}

let found;

/**
 * How Deno finds `@std/fs`, which adapters/deno-fs.ts imports: on JSR where that answers, else here,
 * from a stand-in.
 *
 * @returns a `note` that says which, the `env` that Deno needs, and `ask`, what JSR or the stand-in has.
 */
export function stdFs() {
  return found ??= find();
}

/** Runs Deno where it finds `@std/fs`. */
export async function deno(args, { env = {}, ...options } = {}) {
  const std = await stdFs();
  const result = await run(await tool("deno"), args, {
    ...options,
    env: cleanEnv({ ...std.env, ...env }),
  });
  return { ...result, std: std.note };
}
