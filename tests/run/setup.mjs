import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { inRoot } from "./paths.mjs";
import { npm } from "./proc.mjs";

const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** Whether node_modules holds what the lock names; packages for other platforms may be absent. */
function installed() {
  const record = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const there = read(record);
  return Object.entries(read(inRoot("package-lock.json"))).every(([path, wanted]) => {
    if (path === "" || (wanted.optional && !there[path])) return true;
    return there[path]?.version === wanted.version && existsSync(inRoot(path, "package.json"));
  });
}

/** Brings node_modules in line with package-lock.json, where it is not. */
export async function setUp() {
  if (installed()) return false;
  console.log("installing the packages of package-lock.json (npm ci)");
  const { code, text } = await npm(["ci"], { seconds: 600 });
  if (code !== 0) throw new Error(`npm ci failed:\n${text}`);
  return true;
}

/** The version a package has in package-lock.json. */
export function locked(name) {
  return read(inRoot("package-lock.json"))[`node_modules/${name}`].version;
}

/** True where everything that may be missing elsewhere is required. */
export const strict = process.env.CI === "true";
