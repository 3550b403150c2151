/**
 * Which store this runtime gets when none is named, decided by what the runtime can do:
 *
 * | runtime | store | where that cannot be |
 * |---|---|---|
 * | Node | a directory | memory |
 * | Bun | a directory | memory |
 * | Deno | a directory, if every permission it takes is granted already | its KV, else memory |
 * | browsers, their workers | IndexedDB | memory |
 * | others, and where files last for one request | memory | |
 *
 * Whatever is not the first choice comes with one warning that says what to do. Nothing here prompts,
 * and nothing but a wrong argument throws: a cache never breaks the call. Stores are imported when
 * they are chosen, by literal names, so that bundlers see them and a runtime loads its own only.
 *
 * @module
 */

import { env, hasBunFiles, hasDenoKv, hasFiles, hasIndexedDb, isGranted, warn } from "./host.ts";
import type { Wait } from "./options/options.ts";
import type { CacheStore } from "./store.ts";
import { waitByTimer } from "./time/wait.ts";
import { within } from "./time/within.ts";

/** What may be said about the default store. */
export interface DefaultStoreOptions {
  /** The directory, a path or a `file:` URL; wins over `LLMCACHE_DIR`. */
  readonly dir?: string | URL | undefined;
  /** The most that a directory or memory holds, in bytes. Default: that of the store. */
  readonly maxBytes?: number | undefined;
  /** Takes the warning. Default: the console, the same one once. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Makes the pause after which a browser's database is given up. Default: a timer. */
  readonly wait?: Wait | undefined;
}

type Warn = (message: string) => void;

/** What is asked of a store, whichever it is. */
interface Wanted {
  readonly tell: Warn;
  readonly maxBytes: number | undefined;
}

/**
 * Opens the store of this runtime.
 *
 * @param options `dir`, and where warnings go.
 * @returns a store that works, in memory if need be.
 * @throws {TypeError} if `dir` is neither a path nor a `file:` URL.
 */
export async function openDefaultStore(options: DefaultStoreOptions = {}): Promise<CacheStore> {
  const { dir, maxBytes, warn: tell = warn, wait = waitByTimer } = options;
  const wanted = { tell, maxBytes };
  if (!hasFiles()) return await withoutFiles(wanted, wait);
  const [{ readDirectoryOptions }, { findDefaultDirectory, placeVariables }] = await Promise.all([
    import("../adapters/directory-options.ts"),
    import("../adapters/default-directory.ts"),
  ]);
  const place = dir ?? findDefaultDirectory(env, isGranted("sys", "homedir"));
  const path = place === undefined ? undefined : readDirectoryOptions("llmcache", { dir: place });
  const variables = ["LLMCACHE_MODE", ...(dir === undefined ? placeVariables() : [])];
  if (path !== undefined) {
    if (isGranted("read", path) && isGranted("write", path)) return await inDirectory(wanted, path);
    const reason = `the directory ${path} may not be read and written`;
    return await elsewhere(wanted, reason, flagsFor(variables, `=${path}`));
  }
  if (variables.every((name) => isGranted("env", name))) {
    return await elsewhere(wanted, "no home directory is known", REMEDY);
  }
  const reason = "no environment variable that tells of a directory may be read";
  return await elsewhere(wanted, reason, flagsFor(variables, ""));
}

const PASS_A_STORE = "pass a `store`";
const OWN_ORIGIN = "let the page have an origin and storage of its own (a sandboxed frame needs " +
  `allow-same-origin), or ${PASS_A_STORE}`;
const REMEDY = "set LLMCACHE_DIR or the option `dir` to a directory that can be written";

/** Deno, where something that it takes to use files was not granted when the program started. */
function flagsFor(variables: readonly string[], place: string): string {
  const env = `--allow-env=${variables.join(",")}`;
  return `run deno with ${env} --allow-read${place} --allow-write${place}`;
}

async function inDirectory(wanted: Wanted, dir: string): Promise<CacheStore> {
  const { probeDirectory } = await import("../adapters/probe-directory.ts");
  try {
    const { refusal, isFleeting } = await probeDirectory(dir);
    if (isFleeting) {
      const reason = "the files of this runtime last for one request";
      return await elsewhere(wanted, reason, PASS_A_STORE);
    }
    if (refusal) {
      wanted.tell(
        `llmcache: the directory ${dir} cannot be written (${textOf(refusal)}). What it holds is ` +
          `served; new answers are not kept. To keep them, ${REMEDY}.`,
      );
    }
  } catch (error) {
    return await elsewhere(wanted, `${dir} cannot be used (${textOf(error)})`, REMEDY);
  }
  const options = { dir, maxBytes: wanted.maxBytes };
  if (hasBunFiles()) return (await import("../adapters/bun-file.ts")).bunFileStore(options);
  return (await import("../adapters/node-fs.ts")).nodeFsStore(options);
}

/** Another tab, or a fault of the browser, may hold up a database. In milliseconds. */
const LONGEST_OPENING = 5_000;
const notOpened = (timeout: number) => new Error(`it did not open within ${timeout} ms`);

/** A browser, or something that keeps nothing by itself. */
async function withoutFiles(wanted: Wanted, wait: Wait): Promise<CacheStore> {
  if (!hasIndexedDb()) return await elsewhere(wanted, "this runtime has no files", PASS_A_STORE);
  try {
    const { indexedDbStore } = await import("../adapters/indexeddb.ts");
    return await within(opened(indexedDbStore()), LONGEST_OPENING, wait, notOpened);
  } catch (error) {
    const reason = `this page may not use IndexedDB (${textOf(error)})`;
    return await elsewhere(wanted, reason, OWN_ORIGIN);
  }
}

/** No directory: Deno's KV, where there is one that can be opened, else memory. */
async function elsewhere(
  { tell, maxBytes }: Wanted,
  reason: string,
  remedy: string,
): Promise<CacheStore> {
  const kv = hasDenoKv() ? await inDenoKv() : undefined;
  if (kv) {
    const boundless = maxBytes === undefined
      ? ""
      : ", and which the option `maxBytes` does not bound";
    tell(
      `llmcache: ${reason}, so answers are kept in the file of Deno's KV, which other users of ` +
        `this machine may be able to read${boundless}. To keep them in files only you can read, ${remedy}`,
    );
    return kv;
  }
  tell(
    `llmcache: ${reason}, so answers are kept in memory and lost when the program ends. ` +
      `To keep them, ${remedy}`,
  );
  return (await import("../adapters/memory.ts")).memoryStore({ maxBytes });
}

async function inDenoKv(): Promise<CacheStore | undefined> {
  try {
    return await opened((await import("../adapters/deno-kv.ts")).denoKvStore());
  } catch {
    return undefined;
  }
}

/** A store that opens when it is first used, used. */
async function opened(store: CacheStore): Promise<CacheStore> {
  await store.get(`${"0".repeat(64)}.whole`);
  return store;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const shared = new Map<number | undefined, Promise<CacheStore>>();

/**
 * The default store that all caches of this process share which name no store and no directory, and
 * the same bound, or none. Those of another bound may lie in the same directory; the smallest counts there.
 *
 * @returns the store; a failed opening is not remembered.
 */
export function sharedDefaultStore(maxBytes?: number): Promise<CacheStore> {
  let opening = shared.get(maxBytes);
  if (!opening) {
    opening = openDefaultStore({ maxBytes }).catch((error) => {
      shared.delete(maxBytes);
      throw error;
    });
    shared.set(maxBytes, opening);
  }
  return opening;
}
