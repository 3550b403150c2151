/**
 * Where the default store lies: the user's cache directory, folder `llmcache`. Keys come from content
 * alone, so all projects of a user share it.
 *
 * @module
 */

import { builtin, platform } from "./node-builtins.ts";

/** What the place depends on. */
export interface Surroundings {
  /** Reads an environment variable. */
  env(name: string): string | undefined;
  /** The operating system as Node names it: `linux`, `darwin`, `win32` … */
  readonly platform: string;
  /** The home directory, where the environment does not tell. */
  home(): string | undefined;
}

/** The environment variables that may decide, in the order they are asked. */
export function placeVariables(): readonly string[] {
  const ours = ["LLMCACHE_DIR", "XDG_CACHE_HOME"];
  return platform() === "win32" ? [...ours, "LOCALAPPDATA", "USERPROFILE"] : [...ours, "HOME"];
}

/**
 * The directory of the default store. `LLMCACHE_DIR` is taken as it is; XDG_CACHE_HOME counts where
 * it is absolute, as its specification says.
 *
 * @returns a path; `undefined` where there is no home.
 */
export function defaultDirectory({ env, platform, home }: Surroundings): string | undefined {
  const own = env("LLMCACHE_DIR");
  if (own) return own;
  const windows = platform === "win32";
  const absolute = (path: string | undefined) => path && isAbsolute(path, windows) ? path : "";
  const atHome = () => absolute(env(windows ? "USERPROFILE" : "HOME")) || absolute(home());
  const below = (folder: string) => {
    const root = atHome();
    return root && `${root}/${folder}`;
  };

  const cache = absolute(env("XDG_CACHE_HOME")) ||
    (windows && (absolute(env("LOCALAPPDATA")) || below("AppData/Local"))) ||
    (platform === "darwin" && below("Library/Caches")) ||
    below(".cache");
  return cache ? `${cache}/llmcache` : undefined;
}

/**
 * The directory of the default store, here and now.
 *
 * @param env reads an environment variable.
 * @param mayAsk whether the system may be asked for the home directory.
 */
export function findDefaultDirectory(
  env: Surroundings["env"],
  mayAsk: boolean,
): string | undefined {
  return defaultDirectory({ env, platform: platform(), home: mayAsk ? home : () => undefined });
}

function home(): string | undefined {
  try {
    return builtin("node:os")?.homedir();
  } catch {
    return undefined; // A user without an entry in the system's list, as in some containers.
  }
}

function isAbsolute(path: string, windows: boolean): boolean {
  return windows ? /^([a-z]:)?[\\/]/i.test(path) : path.startsWith("/");
}
