import { gzipSync } from "node:zlib";
import { bundled } from "./bundle.mjs";
import { inRoot } from "./paths.mjs";

/**
 * What each subpath may weigh at most, in KiB, minified and gzipped, with all it may import later.
 * Whoever adds what is worth more raises the number here, and sees it.
 */
export const budgets = {
  ".": 63,
  "./memory": 1.2,
  "./layered": 1.2,
  "./node-fs": 5.9,
  "./bun-file": 6,
  "./deno-kv": 3.9,
  "./indexeddb": 2.9,
  "./keyv": 1.4,
  "./unstorage": 0.9,
  "./redis-claim": 0.8,
  "./pack": 13,
  "./testing": 6.5,
};

const gzipped = ({ contents }) => gzipSync(contents, { level: 9 }).length / 1024;

/**
 * Weighs what a bundler makes of a file, in KiB gzipped: `all` of it in one file, and what is loaded
 * at `first`, where what is imported later is kept apart.
 */
export async function weigh(file) {
  const entryPoints = [inRoot(file)];
  const { files: [all] } = await bundled({ entryPoints });
  const parts = await bundled({ entryPoints, splitting: true, outdir: inRoot("dist") });
  const first = firstOf(file.replace("./", ""), parts);
  return { all: gzipped(all), first: first.reduce((sum, part) => sum + gzipped(part), 0) };
}

/** The files that an entry needs at once: it, what it imports statically, and what that does. */
function firstOf(entry, { files, outputs }) {
  const wanted = new Set();
  const want = (path) => {
    if (wanted.has(path)) return;
    wanted.add(path);
    for (const { kind, path: next } of outputs[path].imports) {
      if (kind === "import-statement") want(next);
    }
  };
  want(Object.keys(outputs).find((path) => outputs[path].entryPoint === entry));
  const paths = [...wanted].map((path) => inRoot(path));
  return files.filter(({ path }) => paths.includes(path));
}
