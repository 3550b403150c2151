import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { inRoot } from "./paths.mjs";
import { npm } from "./proc.mjs";

/** Bringing it failed; the closing summary says so, and under CI it is a failure. */
export class Missing extends Error {
  constructor(what, remedy, detail = "") {
    super(`${what} is missing: ${remedy}`);
    this.detail = detail;
  }
}

const exe = process.platform === "win32" ? ".exe" : "";
// The platform's own package is named, because the package "node" fetches it by an install script.
const nodePackage = process.platform === "darwin"
  ? `node-bin-darwin-${process.arch}`
  : `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** The runtimes and tools, each from npm. Deno 2.9.6 breaks `npm ci`, its lock lacks the other platforms. */
const wanted = {
  deno: { packages: ["deno@2.9.5"], scope: "@deno", file: `deno${exe}` },
  bun: { packages: ["bun@1.4.5"], scope: "@oven", file: join("bin", `bun${exe}`) },
  node20: { packages: [`${nodePackage}@20`], file: join("bin", `node${exe}`) },
  node22: { packages: [`${nodePackage}@22`], file: join("bin", `node${exe}`) },
  node24: { packages: [`${nodePackage}@24`], file: join("bin", `node${exe}`) },
  workerd: {
    packages: ["workerd@1.20261117.1"],
    scope: "@cloudflare",
    file: join("bin", `workerd${exe}`),
  },
  "edge-light": {
    packages: ["@edge-runtime/vm@5.0.0"],
    scope: join("@edge-runtime", "vm"),
    file: "index.js",
  },
  node26: { packages: [`${nodePackage}@26`], file: join("bin", `node${exe}`) },
  // No runtime, but as large as one, and for a single proof.
  vitest: { packages: ["vitest@5.1.1"], own: "vitest", file: "vitest.mjs" },
};

/** The real binary: the wrappers of deno and bun need the install scripts that may be off. */
function binary(name) {
  const { scope, file, packages, own = nodePackage } = wanted[name];
  const modules = inRoot(".tools", name, "node_modules");
  if (!scope) {
    const path = join(modules, own, file);
    return existsSync(path) ? path : undefined;
  }
  const at = packages[0].lastIndexOf("@");
  const main = join(modules, packages[0].slice(0, at), "package.json");
  if (!existsSync(main)) return undefined;
  if (JSON.parse(readFileSync(main, "utf8")).version !== packages[0].slice(at + 1)) {
    return undefined;
  }
  const folder = join(modules, scope);
  const found = readdirSync(folder).map((entry) => join(folder, entry, file));
  return found.find((path) => existsSync(path));
}

async function bring(name) {
  const there = binary(name);
  if (there) return there;
  const prefix = inRoot(".tools", name);
  mkdirSync(prefix, { recursive: true });
  const args = ["install", "--prefix", prefix, ...wanted[name].packages];
  const { code, text } = await npm(args, { cwd: prefix, seconds: 300 });
  const path = code === 0 ? binary(name) : undefined;
  if (!path) throw new Missing(name, `npm ${args.join(" ")}`, text);
  return path;
}

const brought = new Map();

/**
 * The path of a runtime's binary, fetched from npm into `.tools` the first time.
 *
 * @throws Missing where npm cannot bring it.
 */
export function tool(name) {
  if (name === `node${process.versions.node.split(".")[0]}`) {
    return Promise.resolve(process.execPath);
  }
  if (!brought.has(name)) brought.set(name, bring(name));
  return brought.get(name);
}
