/**
 * The options of the stores in a directory.
 *
 * @module
 */

import { checkClock, checkMaxBytes, checkOptions, describe } from "./options.ts";
import { absolutePath } from "./paths.ts";

/** The options of a store in a directory. */
export interface DirectoryStoreOptions {
  /** The directory: a path, which may be relative to the current one, or a `file:` URL. */
  readonly dir: string | URL;
  /**
   * The most that is kept, in bytes: the sizes of all entries. What was used longest ago goes, in the
   * background, down to nine tenths of it; for a moment it may be more. `Infinity` for no bound.
   * Default 2 GiB.
   */
  readonly maxBytes?: number | undefined;
  /**
   * The clock, in milliseconds, for tests: claims expire by it, and what was read 100 ms ago is read
   * again. Default `Date.now`.
   */
  readonly now?: (() => number) | undefined;
}

/**
 * Reads the options.
 *
 * @param store the name of the function, for messages.
 * @returns the absolute path of the directory, as it was understood now: a later change of the
 *   current directory does not move it.
 * @throws {TypeError} naming the option that is wrong.
 */
export function readDirectoryOptions(store: string, options: DirectoryStoreOptions): string {
  checkOptions(store, options, ["dir", "maxBytes", "now"]);
  checkClock(store, options.now ?? Date.now);
  checkMaxBytes(store, options.maxBytes ?? Infinity);
  const path = absolutePath(options.dir);
  if (path !== undefined) return path;
  throw new TypeError(
    `${store}: the option \`dir\` must be a path or a file: URL; it is ${describe(options.dir)}.`,
  );
}
