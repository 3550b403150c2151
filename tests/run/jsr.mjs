import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inRoot, root } from "./paths.mjs";
import { run } from "./proc.mjs";
import { tool } from "./tools.mjs";

const read = (name) => JSON.parse(readFileSync(inRoot(name), "utf8"));
const quoted = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\2/g;

/** Bare specifiers become `npm:` ones, as the registry has them after publishing. */
function unfurl(text, dependencies) {
  return text.replaceAll(quoted, (all, before, quote, specifier) => {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";
    const range = dependencies[name];
    if (!range) return all;
    return `${before}${quote}npm:${name}@${range}${specifier.slice(name.length)}${quote}`;
  });
}

/** The files `deno publish` would upload, by its own word: path from the root → text. */
async function upload() {
  const { code, text } = await run(await tool("deno"), ["publish", "--dry-run", "--allow-dirty"]);
  const urls = [...text.matchAll(/(file:\/\/\S+) \(/g)].map(([, url]) => url);
  if (code !== 0 || urls.length === 0) throw new Error(`deno publish --dry-run failed\n${text}`);
  const { dependencies = {} } = read("package.json");
  return new Map(urls.map((url) => {
    const file = fileURLToPath(url);
    const source = readFileSync(file, "utf8");
    const body = file.endsWith(".ts") ? unfurl(source, dependencies) : source;
    return [`/${relative(root, file).split(sep).join("/")}`, body];
  }));
}

const sha256 = (text) => `sha256-${createHash("sha256").update(text).digest("hex")}`;

/** Everything the registry would answer for this package: path → text. */
async function layout() {
  const { name, version, exports } = read("deno.json");
  const files = await upload();
  const manifest = Object.fromEntries(
    [...files].map(([path, text]) => [
      path,
      { size: new TextEncoder().encode(text).length, checksum: sha256(text) },
    ]),
  );
  const [scope, bare] = name.slice(1).split("/");
  const meta = { scope, name: bare, latest: version, versions: { [version]: {} } };
  return new Map([
    [`/${name}/meta.json`, JSON.stringify(meta)],
    [`/${name}/${version}_meta.json`, JSON.stringify({ manifest, exports })],
    ...[...files].map(([path, text]) => [`/${name}/${version}${path}`, text]),
  ]);
}

/** A static server laid out like JSR that holds this package alone. */
export async function startRegistry() {
  const files = await layout();
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const text = files.get(request.url);
    if (text === undefined) return response.writeHead(404).end();
    const type = request.url.endsWith(".json") ? "application/json" : "text/typescript";
    response.writeHead(200, { "content-type": type }).end(text);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, files, close };
}
