/**
 * A store in a directory, by `node:fs`: for Node, and for Deno where files may be read and written.
 *
 * @module
 */

import type { CacheStore } from "../src/store.ts";
import { directoryStore } from "./directory.ts";
import { type DirectoryStoreOptions, readDirectoryOptions } from "./directory-options.ts";
import { nodeFiles } from "./node-files.ts";

export type { DirectoryStoreOptions };

/**
 * Keeps entries as files in a directory, which other runtimes and processes may share.
 *
 * @param options `dir`, a path or a `file:` URL; the directory is made when the first entry is
 *   written, readable by its owner alone. `maxBytes`, how much is kept; to set a value larger than that
 *   is a RangeError.
 * @returns a store whose `get` and `head` answer at once.
 * @throws {TypeError} naming the option that is wrong, or where the runtime has no `node:fs`.
 *
 * @example Recordings that live beside a test suite
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { nodeFsStore } from "@x/llmcache/node-fs";
 *
 * const store = nodeFsStore({ dir: new URL("./recordings/", import.meta.url) });
 * const cache = createCache({ store, mode: "replay" });
 * ```
 */
export function nodeFsStore(options: DirectoryStoreOptions): CacheStore {
  const dir = readDirectoryOptions("nodeFsStore", options);
  const files = nodeFiles();
  if (files) return directoryStore(dir, files, options);
  throw new TypeError(
    "nodeFsStore: this runtime has no node:fs. Use memoryStore, or a store made for it.",
  );
}
