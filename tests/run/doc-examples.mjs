import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { inRoot } from "./paths.mjs";
import { tempDir } from "./proc.mjs";

/** All files with this ending, in a folder or the file itself. */
function* filesIn(path) {
  if (!statSync(inRoot(path)).isDirectory()) return yield path;
  for (const name of readdirSync(inRoot(path)).sort()) yield* filesIn(`${path}/${name}`);
}

/** The text of a file in which examples may stand: a page as it is, of a module its doc comments. */
function* proseOf(path, text) {
  if (path.endsWith(".md")) return yield { text, at: 0 };
  for (const { 0: comment, index } of text.matchAll(/\/\*\*.*?\*\//gs)) {
    yield { text: comment.replaceAll(/^ *\* ?/gm, ""), at: index };
  }
}

/** What may stand behind the marks of a block; of `ts` alone an example is made. */
const KINDS = new Set(["ts", "ts ignore", "text", "sh", "console"]);

/** Names the blocks that would be passed over without a word. */
function* strangersIn(text) {
  let open = false;
  for (const line of text.split("\n")) {
    const [, indent, kind] = /^(\s*)(?:```|~~~)(.*)$/.exec(line) ?? [];
    if (kind === undefined) continue;
    if (indent !== "" || !line.startsWith("```") || (open ? kind !== "" : !KINDS.has(kind))) {
      yield line;
    }
    open = !open;
  }
  if (open) yield "a block without an end";
}

/** The examples of a file, each with the line it begins in. */
function* examplesOf(path) {
  const whole = readFileSync(inRoot(path), "utf8");
  for (const { text, at } of proseOf(path, whole)) {
    for (const line of strangersIn(text)) {
      throw new Error(`${path}: ${line}\nBlocks begin with \`\`\` and ${[...KINDS].join(", ")}.`);
    }
    for (const { 1: code, index } of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
      const lines = `${whole.slice(0, at)}${text.slice(0, index)}`.split("\n").length;
      yield { name: `${path}:${lines}`, code };
    }
  }
}

/**
 * Writes the examples of doc comments and pages, each into a module of its own in the checkout, where it
 * finds its packages, and a test that runs them all. `deno test --doc` finds the same ones, but starts
 * anew for each, which takes 0.6 s.
 *
 * @param paths files and folders.
 * @returns the path of the test: elsewhere, because deno.json excludes the folder of the examples.
 */
export function writeExamples(paths) {
  // Of this run alone: another may be under way.
  const folder = inRoot(".tools", `examples-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const files = paths.flatMap((path) => [...filesIn(path)]).filter((path) =>
    /\.(ts|md)$/.test(path)
  );
  const examples = files.flatMap((path) => [...examplesOf(path)]);
  const tests = examples.map(({ name, code }, at) => {
    const path = join(folder, `${at}.ts`);
    writeFileSync(path, `// ${name}\n${code}\nexport {};\n`);
    const url = JSON.stringify(pathToFileURL(path).href);
    return `Deno.test(${JSON.stringify(name)}, async () => void await import(${url}));\n`;
  });
  const path = join(tempDir("examples"), "all.test.ts");
  writeFileSync(path, tests.join(""));
  return path;
}
