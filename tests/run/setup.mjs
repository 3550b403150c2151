import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { inRoot, root } from "./paths.mjs";
import { npm } from "./proc.mjs";

const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** Whether node_modules holds what the lock names; packages for other platforms may be absent. */
function installed(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const there = read(record);
  return Object.entries(read(join(folder, "package-lock.json"))).every(([path, wanted]) => {
    if (path === "" || (wanted.optional && !there[path])) return true;
    const isThere = existsSync(join(folder, path, "package.json"));
    return there[path]?.version === wanted.version && isThere;
  });
}

/** Brings the node_modules of a folder in line with its package-lock.json, where it is not. */
export async function setUp(folder = root) {
  if (installed(folder)) return;
  const where = relative(root, folder);
  console.log(`installing the packages of ${join(where, "package-lock.json")} (npm ci)`);
  const { code, text } = await npm(["ci"], { cwd: folder, seconds: 600 });
  if (code !== 0) throw new Error(`npm ci failed:\n${text}`);
}

/** The version a package has in package-lock.json. */
export function locked(name) {
  return read(inRoot("package-lock.json"))[`node_modules/${name}`].version;
}

/** True where everything that may be missing elsewhere is required. */
export const strict = process.env.CI === "true";
