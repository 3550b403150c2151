/**
 * The file verbs of Node, Bun and Deno, by the synchronous half of `node:fs`.
 *
 * Synchronous on purpose: `fs.promises.readFile` of an entry takes 130–230 µs in Node, because of its
 * hops through the thread pool; `open`, `read` and `close` take 6–8.
 *
 * @module
 */

import { codeOf, isMissing, type SyncFiles } from "./file-verbs.ts";
import { builtin, type NodeFs, platform } from "./node-builtins.ts";

/** What is read at first, in bytes, and into one buffer for all. Most heads fit. */
const SHORT = 1 << 16;

/** The file verbs; `undefined` where there is no `node:fs`. */
export function nodeFiles(): SyncFiles | undefined {
  const fs = builtin("node:fs");
  if (!fs) return undefined;
  // In Deno its own: that of node:fs looks at each folder above, and so prompts for all of them.
  const { mkdirSync } = (globalThis as { Deno?: Pick<NodeFs, "mkdirSync"> }).Deno ?? fs;
  const windows = platform() === "win32";
  return {
    read: (path) => unlessMissing(() => plain(fs.readFileSync(path))),
    head: createHead(fs),
    exists: (path) => fs.existsSync(path),
    write: (path, bytes) => fs.writeFileSync(path, bytes, { flag: "wx", mode: 0o600 }),
    append(path, bytes) {
      const fd = fs.openSync(path, "a", 0o600);
      try {
        fs.writeSync(fd, bytes);
        return fs.fstatSync(fd).size;
      } finally {
        fs.closeSync(fd);
      }
    },
    stat: (path) =>
      unlessMissing(() => {
        const stats = fs.statSync(path);
        return stats.isFile() ? { size: stats.size, time: stats.mtimeMs } : null;
      }),
    setTime: (path, time) => fs.utimesSync(path, time / 1000, time / 1000),
    rename: (from, to) => fs.renameSync(from, to),
    remove: (path) => fs.unlinkSync(path),
    list: (path) => fs.readdirSync(path),
    makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
    removeFolder: (path) => fs.rmdirSync(path),
    // Elsewhere these codes mean that it is forbidden, and waiting would not help.
    isBusy: (error) => windows && ["EPERM", "EACCES", "EBUSY"].includes(String(codeOf(error))),
  };
}

/** Node cuts short ones out of a pool, as views. */
function plain(bytes: Uint8Array): Uint8Array {
  const isView = bytes.length !== bytes.buffer.byteLength;
  return isView ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer);
}

function createHead(fs: NodeFs): (path: string, bytes: number) => Uint8Array | null {
  const shared = new Uint8Array(SHORT);

  // A second read that finds the end would cost up to 2 µs. A file system that cut this one short
  // would make a damaged entry of it, which is a miss.
  function readShort(fd: number, bytes: number): Uint8Array {
    return shared.slice(0, fs.readSync(fd, shared, 0, bytes, 0));
  }

  // Bounded by the size: how much is asked for may come from a damaged entry.
  function readLong(fd: number, bytes: number): Uint8Array {
    const all = new Uint8Array(Math.min(bytes, fs.fstatSync(fd).size));
    for (let at = 0; at < all.length;) {
      const count = fs.readSync(fd, all, at, all.length - at, at);
      if (count === 0) return all.slice(0, at);
      at += count;
    }
    return all;
  }

  return (path, bytes) => {
    const fd = unlessMissing(() => fs.openSync(path, "r"));
    if (fd === null) return null;
    try {
      return bytes <= SHORT ? readShort(fd, bytes) : readLong(fd, bytes);
    } finally {
      fs.closeSync(fd);
    }
  };
}

function unlessMissing<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
