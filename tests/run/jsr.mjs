import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inRoot, root } from "./paths.mjs";
import { layout, startRegistry } from "./registry.mjs";
import { deno, stdFs } from "./std-fs.mjs";

const read = (name) => JSON.parse(readFileSync(inRoot(name), "utf8"));
const quoted = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g;

/** Bare specifiers become `npm:` and `jsr:` ones, as the registry has them after publishing. */
function unfurl(text) {
  const { dependencies = {} } = read("package.json");
  const { imports = {} } = read("deno.json");
  return text.replaceAll(quoted, (all, before, quote, specifier) => {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";
    const target = imports[name] ?? (dependencies[name] && `npm:${name}@${dependencies[name]}`);
    if (!target) return all;
    return `${before}${quote}${target}${specifier.slice(name.length)}${quote}`;
  });
}

/** The files `deno publish` would upload, by its own word: path from the root → text. */
async function upload() {
  const { code, text } = await deno(["publish", "--dry-run", "--allow-dirty"]);
  const urls = [...text.matchAll(/(file:\/\/\S+) \(/g)].map(([, url]) => url);
  if (code !== 0 || urls.length === 0) throw new Error(`deno publish --dry-run failed\n${text}`);
  return new Map(urls.map((url) => {
    const file = fileURLToPath(url);
    const source = readFileSync(file, "utf8");
    const body = file.endsWith(".ts") ? unfurl(source) : source;
    return [`/${relative(root, file).split(sep).join("/")}`, body];
  }));
}

/** A static server laid out like JSR that holds this package and what it needs of others. */
export async function startOwnRegistry() {
  const files = await upload();
  const { ask } = await stdFs();
  return { ...await startRegistry(layout(read("deno.json"), files), ask), files };
}
