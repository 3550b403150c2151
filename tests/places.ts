/** Temporary directories, and what only some users and systems can do in them. */

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { DirectoryStoreOptions } from "../adapters/directory-options.ts";
import type { CacheStore } from "../src/store.ts";
import type { Place } from "./conformance.ts";

/** A new directory; the caller removes it. */
export function temporary(): string {
  return mkdtempSync(join(tmpdir(), "llmcache-"));
}

/** Runs in a new directory, which is removed afterwards. */
export async function inTemporary(run: (dir: string) => Promise<void> | void): Promise<void> {
  const dir = temporary();
  try {
    await run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs as in Deno, where each permission is in this state; in Deno itself nothing can take one away. */
export async function withDenoState(
  state: string,
  run: (asked: readonly object[]) => Promise<void> | void,
): Promise<void> {
  if ("Deno" in globalThis) return console.log("not in Deno: what it is granted is granted");
  const asked: object[] = [];
  const querySync = (descriptor: object) => (asked.push(descriptor), { state });
  Object.assign(globalThis, { Deno: { permissions: { querySync } } });
  try {
    await run(asked);
  } finally {
    delete (globalThis as { Deno?: unknown }).Deno;
  }
}

/** A clock that a test moves. */
export function movable(): { now: () => number; advance(milliseconds: number): void } {
  let time = 1e12;
  return { now: () => time, advance: (milliseconds) => void (time += milliseconds) };
}

/** A clock by which whatever was done is long ago. */
export function leaping(): () => number {
  let time = 1e12;
  return () => time += 1000;
}

/** Where stores in a directory keep their entries, in the suite for stores. */
export function directoryPlace(
  open: (options: DirectoryStoreOptions) => CacheStore,
  other?: (options: DirectoryStoreOptions) => CacheStore,
): Place {
  const dir = temporary();
  const { now, advance } = movable();
  return {
    advance,
    open: () => open({ dir, now }),
    ...(other && { openOther: () => other({ dir, now }) }),
    damage(key) {
      const path = join(dir, key.slice(0, 2), key);
      const bytes = readFileSync(path);
      // To write over a file would make the file system flush it.
      rmSync(path);
      writeFileSync(path, bytes.subarray(0, bytes.length - bytes.length / 3));
      advance(1000); // What was read a moment ago is not read again.
    },
    obstruct() {
      rmSync(dir, { recursive: true });
      writeFileSync(dir, "");
      return () => rmSync(dir);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The permission bits of a file, in octal. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The paths of all files and folders below, relative, sorted. */
export function listing(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  const below = entries.flatMap((entry) =>
    entry.isDirectory() ? listing(join(dir, entry.name)).map((path) => `${entry.name}/${path}`) : []
  );
  return [...entries.map((entry) => entry.name), ...below].sort();
}

/** Windows has no permission bits. */
export const hasModes: boolean = process.platform !== "win32";

/**
 * Runs while a directory may be read but not written. Root may write everywhere, so it takes the
 * rights of nobody for the time.
 */
export async function whileReadOnly(dir: string, run: () => Promise<void>): Promise<void> {
  const all = ["", ...listing(dir)].map((name) => ({ path: join(dir, name) }));
  const modes = all.map(({ path }) => ({ path, isDirectory: statSync(path).isDirectory() }));
  for (const { path, isDirectory } of modes) chmodSync(path, isDirectory ? 0o555 : 0o444);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
    for (const { path, isDirectory } of modes) chmodSync(path, isDirectory ? 0o700 : 0o600);
  }
}
