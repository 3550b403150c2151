/**
 * A store in a Deno KV: a file of Deno's, a file of your own, or a database on the network.
 *
 * @module
 */

import type { CacheStore } from "../src/store.ts";
import { isMissing, quietly } from "./file-verbs.ts";
import { kvEntries } from "./kv-entries.ts";
import { whileLocked } from "./kv-patient.ts";
import type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey } from "./kv-shape.ts";
import { builtin } from "./node-builtins.ts";
import { nodeFiles } from "./node-files.ts";
import { checkClock, checkOptions, describe } from "./options.ts";
import { absolutePath } from "./paths.ts";

export type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey };

/** The options of {@linkcode denoKvStore}; of `kv` and `path` one at most. */
export interface DenoKvStoreOptions {
  /** An open KV, which stays open and is yours to close. */
  readonly kv?: DenoKv | undefined;
  /**
   * Where the KV lies: a path, which may be relative to the current directory, a `file:` URL, the URL
   * of a database on the network, or `:memory:`. Default: the file that Deno keeps for the program,
   * which takes no permission, and which other users of the machine may be able to read.
   */
  readonly path?: string | URL | undefined;
  /** The clock by which claims expire, in milliseconds, for tests. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

type OpenKv = (path?: string) => Promise<DenoKv>;

/**
 * Keeps entries in a Deno KV, which other processes may share. It is opened when it is first used; a
 * file of your own is made readable by its owner alone, and so is its folder where it is missing.
 *
 * @param options `kv` or `path`, or neither; `now`.
 * @returns a store whose `head` reads no more of a long value than it has to.
 * @throws {TypeError} naming the option that is wrong, or where there is no `Deno.openKv`.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { denoKvStore } from "@x/llmcache/deno-kv";
 * import { memoryStore } from "@x/llmcache/memory";
 *
 * // Deno has it with --unstable-kv, or with "unstable": ["kv"] in the deno.json of your program.
 * const hasKv = "Deno" in globalThis && "openKv" in Deno;
 * const cache = createCache({ store: hasKv ? denoKvStore() : memoryStore() });
 * ```
 */
export function denoKvStore(options: DenoKvStoreOptions = {}): CacheStore {
  checkOptions("denoKvStore", options, ["kv", "path", "now"]);
  const { kv, path, now = Date.now } = options;
  checkClock("denoKvStore", now);
  if (kv !== undefined) {
    checkKv(kv, path);
    return kvEntries(() => Promise.resolve(kv), { now });
  }
  const place = path === undefined ? undefined : placeOf(path);
  const openKv = findOpenKv();
  let opening: Promise<DenoKv> | undefined;

  function open(): Promise<DenoKv> {
    opening ??= openAt(openKv, place).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  return {
    ...kvEntries(open, { now }),
    async close() {
      const opened = opening;
      opening = undefined;
      // A KV that could not be opened has told whoever waits for it.
      (await opened?.catch(() => undefined))?.close();
    },
  };
}

function checkKv(kv: DenoKv, path: unknown): void {
  const verbs = ["get", "getMany", "list", "atomic"] as const;
  if (path !== undefined) {
    throw new TypeError("denoKvStore: the options `kv` and `path` exclude each other.");
  }
  if (verbs.every((verb) => typeof kv?.[verb] === "function")) return;
  throw new TypeError(
    `denoKvStore: the option \`kv\` must be an open Deno.Kv; it is ${describe(kv)}.`,
  );
}

/** What `Deno.openKv` is to be given, and whether it is a file. */
interface Place {
  readonly name: string;
  readonly isFile: boolean;
}

function placeOf(path: string | URL): Place {
  const isRemote = (path instanceof URL || typeof path === "string") && /^https?:/.test(`${path}`);
  if (isRemote || path === ":memory:") return { name: `${path}`, isFile: false };
  const name = absolutePath(path);
  if (name !== undefined) return { name, isFile: true };
  throw new TypeError(
    "denoKvStore: the option `path` must be a path, a file:, http: or https: URL, or :memory:; " +
      `it is ${describe(path)}.`,
  );
}

function findOpenKv(): OpenKv {
  const { Deno } = globalThis as { Deno?: { openKv?: OpenKv } };
  if (!Deno) {
    throw new TypeError(
      "denoKvStore: only Deno has a Deno.openKv. Elsewhere pass an open KV as `kv`, or use another store.",
    );
  }
  // Looked up at each opening: a method of Deno's, whatever it needs as `this`.
  if (typeof Deno.openKv === "function") return (path) => Deno.openKv!(path);
  throw new TypeError(
    "denoKvStore: this Deno has no Deno.openKv. Start it with --unstable-kv, or put " +
      '"unstable": ["kv"] into the deno.json of your program (a dependency\'s does not count).',
  );
}

async function openAt(openKv: OpenKv, place: Place | undefined): Promise<DenoKv> {
  if (place?.isFile) await makeFile(place.name);
  return await whileLocked(() => openKv(place?.name));
}

/** Deno would make it 0644, in a folder that exists. Its companions take its mode. */
async function makeFile(path: string): Promise<void> {
  const files = nodeFiles();
  const folder = builtin("node:path")?.dirname(path);
  if (!files || !folder) return;
  const make = () => files.write(path, new Uint8Array());
  try {
    await make();
  } catch (error) {
    if (!isMissing(error)) return; // It is there; or Deno.openKv will tell what is wrong.
    await files.makeFolder(folder);
    await quietly(make);
  }
}
