// `npm run build`: mod.ts and adapters/ to dist/, by tsc alone.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { inRoot, root } from "./paths.mjs";
import { run } from "./proc.mjs";
import { setUp } from "./setup.mjs";

const tsc = inRoot("node_modules", "typescript", "bin", "tsc");

/** Runs the compiler with one of the configurations in tests/tsconfig, or the root's. */
export function compile(config, ...flags) {
  return run(process.execPath, [tsc, "-p", inRoot(config), "--pretty", "false", ...flags]);
}

/** Removes what an earlier build left: the folder is never empty while others read it. */
function prune(folder, keep) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === "node_modules") continue;
    if (!entry.isDirectory()) {
      if (!keep.has(path)) rmSync(path);
      continue;
    }
    prune(path, keep);
    if (readdirSync(path).length === 0) rmdirSync(path);
  }
}

async function emit(config, folder, flags) {
  const result = await compile(config, "--listEmittedFiles", ...flags);
  const lines = result.stdout.split("\n").filter((line) => line.startsWith("TSFILE: "));
  const files = lines.map((line) => resolve(root, line.slice("TSFILE: ".length).trim()));
  if (files.length > 0) prune(inRoot(folder), new Set(files));
  const text = result.text.replaceAll(/^TSFILE: .*\n/gm, "");
  return { code: result.code, text, files: files.length };
}

/** Builds what npm gets. */
export function buildPackage(...flags) {
  return emit("tests/tsconfig/dist.json", "dist", flags);
}

/** Compiles the tests and the examples for a Node that cannot run TypeScript. */
export async function buildCompiled(...flags) {
  const result = await emit("tests/tsconfig/compiled.json", ".build", flags);
  const fixtures = inRoot("tests", "fixtures");
  if (existsSync(fixtures)) {
    cpSync(fixtures, inRoot(".build", "tests", "fixtures"), { recursive: true });
  }
  // openai 7 asks for Node 22; what is compiled for older ones finds 6.49 under the same name.
  const link = inRoot(".build", "node_modules", "openai");
  if (!existsSync(link)) {
    mkdirSync(inRoot(".build", "node_modules"), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(inRoot("node_modules", "openai-6"), link, "junction");
  }
  return result;
}

/** Stops the program where a build failed. */
export function demand({ code, text }) {
  if (code === 0) return;
  console.error(text);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp();
  demand(await buildPackage());
}
