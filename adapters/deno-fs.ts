/**
 * A store in a directory, by Deno's own files and `@std/fs`. It reads and writes what `nodeFsStore`
 * does. On JSR only: npm has no `@std/fs`.
 *
 * @module
 */

import { ensureDir } from "@std/fs/ensure-dir";
import { walk } from "@std/fs/walk";
import type { CacheStore } from "../src/store.ts";
import { directoryStore } from "./directory.ts";
import { type DirectoryStoreOptions, readDirectoryOptions } from "./directory-options.ts";
import { type FileVerbs, isMissing, quietly } from "./file-verbs.ts";
import { nodeFiles } from "./node-files.ts";

export type { DirectoryStoreOptions };

/**
 * Keeps entries as files in a directory, which other runtimes and processes may share. The default
 * store of Deno is `nodeFsStore`, which is faster; this one lets the program go on while entries are
 * written.
 *
 * @param options `dir`, a path or a `file:` URL; the directory is made when the first entry is
 *   written, readable by its owner alone. `maxBytes`, how much is kept; to set a value larger than that
 *   is a RangeError.
 * @returns a store whose `head` answers at once, and whose other verbs leave the work to Deno.
 * @throws {TypeError} naming the option that is wrong, or where the runtime is not Deno.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { denoFsStore } from "@x/llmcache/deno-fs";
 *
 * const cache = createCache({ store: denoFsStore({ dir: ".cache" }) });
 * ```
 */
export function denoFsStore(options: DirectoryStoreOptions): CacheStore {
  const dir = readDirectoryOptions("denoFsStore", options);
  const files = nodeFiles();
  if ("Deno" in globalThis && files) {
    return directoryStore(dir, { ...files, ...denoVerbs }, options);
  }
  throw new TypeError("denoFsStore: this runtime has no Deno.readFile. Use nodeFsStore.");
}

/** `head`, which every hit waits for, stays with `node:fs`: 14 µs, where `Deno.readFile` takes 57. */
const denoVerbs: Pick<FileVerbs, "read" | "write" | "rename" | "remove" | "list" | "makeFolder"> = {
  async read(path) {
    try {
      return await Deno.readFile(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  write: (path, bytes) => Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 }),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  async list(path) {
    const names: string[] = [];
    for await (const { name } of walk(path, { maxDepth: 1 })) names.push(name);
    return names.slice(1); // It begins with the folder itself.
  },
  async makeFolder(path) {
    // `ensureDir` knows no mode and would make it 0755; it tells what stands in the way.
    await quietly(() => Deno.mkdir(path, { recursive: true, mode: 0o700 }));
    await ensureDir(path);
  },
};
