/**
 * Where entries are kept: the directory of the default store, or where Deno may not use files its KV.
 *
 * It is found as the default store finds it, but nothing is made or probed: whoever lists what is in a
 * directory does not want a new one.
 *
 * @module
 */

import { hasDenoKv, isGranted } from "../host.ts";
import type { CacheStore } from "../store.ts";
import type { Place } from "./command.ts";
import { codeOf, CommandError, usageError } from "./errors.ts";
import { nodeFs } from "./node.ts";
import type { Terminal } from "./terminal.ts";

const REMEDY = "run deno with --allow-env --allow-read --allow-write";

/**
 * Finds the place.
 *
 * @param named the directory that was named, if one was.
 */
export async function findPlace(named: string | undefined, { env }: Terminal): Promise<Place> {
  const [{ absolutePath }, { findDefaultDirectory }] = await Promise.all([
    import("../../adapters/paths.ts"),
    import("../../adapters/default-directory.ts"),
  ]);
  if (named === "") throw usageError("--dir wants a directory; it is empty.");
  const dir = absolutePath(named ?? findDefaultDirectory(env, isGranted("sys", "homedir")));
  if (named !== undefined && dir === undefined) {
    throw usageError(`--dir wants a path or a file: URL; it is ${JSON.stringify(named)}.`);
  }
  const mayRead = dir !== undefined && isGranted("read", dir);
  if (mayRead) return { store: "directory", dir, exists: isDirectory(dir) };
  if (named === undefined && hasDenoKv()) return { store: "deno-kv" };
  if (dir !== undefined) throw new CommandError(`Deno may not read ${dir}; ${REMEDY}.`);
  const isTold = isGranted("env", "HOME");
  const why = isTold ? "no home directory is known" : "Deno may not read the environment";
  throw new CommandError(`${why}; ${isTold ? "" : `${REMEDY}, or `}name the directory by --dir.`);
}

/** Opens the store in it. Without a bound: what goes is said by whoever runs a command. */
export async function openPlace(place: Place): Promise<CacheStore> {
  if (place.store === "deno-kv") {
    return (await import("../../adapters/deno-kv.ts")).denoKvStore();
  }
  return (await import("../../adapters/node-fs.ts")).nodeFsStore({
    dir: place.dir,
    maxBytes: Infinity,
  });
}

/** The place in words. */
export function nameOf(place: Place): string {
  return place.store === "directory" ? place.dir : "Deno's KV";
}

function isDirectory(dir: string): boolean {
  try {
    if (nodeFs().statSync(dir).isDirectory()) return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
  throw new CommandError(`${dir} is a file; the cache lies in a directory. Name it by --dir.`);
}
