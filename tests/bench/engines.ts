import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { bunFileStore } from "../../adapters/bun-file.ts";
import { denoKvStore } from "../../adapters/deno-kv.ts";
import { memoryStore } from "../../adapters/memory.ts";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import type { Awaitable, CacheStore } from "../../src/store.ts";
import { redisEngines } from "./redis-engines.ts";

/** What a store is made of, used as directly as one would. */
export interface Raw {
  get(key: string): Awaitable<unknown>;
  set(key: string, value: Uint8Array): Awaitable<unknown>;
  close?(): void;
}

/** A store, beside the engine it is made of. */
export interface Engine {
  readonly name: string;
  /** At most so many times the raw call. */
  readonly goal: number;
  /** Whether it lies in memory, where not every entry that is set can stay. */
  readonly isBounded: boolean;
  /** Opens both. */
  open(folders: Folders): Promise<{ readonly raw: Raw; readonly ours: CacheStore }>;
}

/** A folder for each, new and empty. */
export interface Folders {
  readonly raw: string;
  readonly ours: string;
}

interface BunFiles {
  file(path: string): { bytes(): Promise<Uint8Array> };
  write(path: string, value: Uint8Array): Promise<number>;
}

interface RawKv {
  get(key: readonly unknown[]): Promise<unknown>;
  list(selector: { prefix: readonly unknown[] }): AsyncIterable<{ readonly value: Uint8Array }>;
  set(key: readonly unknown[], value: unknown): Promise<unknown>;
  atomic(): { set(key: readonly unknown[], value: unknown): unknown; commit(): Promise<unknown> };
  close(): void;
}

interface DenoFiles {
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, value: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  openKv(path: string): Promise<RawKv>;
}

const { Bun, Deno } = globalThis as unknown as { Bun?: BunFiles; Deno?: DenoFiles };

/** The folders are there already, as in a cache that is in use. */
function inFolders(dir: string, { get, set }: Pick<Raw, "get" | "set">): Raw {
  for (let n = 0; n < 256; n++) mkdirSync(`${dir}/${n.toString(16).padStart(2, "0")}`);
  const pathOf = (key: string) => `${dir}/${key.slice(0, 2)}/${key}`;
  return { get: (key) => get(pathOf(key)), set: (key, value) => set(pathOf(key), value) };
}

/** A Map that keeps and hands out copies, as every store has to. */
function rawMap(): Raw {
  const map = new Map<string, Uint8Array>();
  return {
    get: (key) => new Uint8Array(map.get(key)!),
    set: (key, value) => map.set(key, new Uint8Array(value)),
  };
}

const rawNodeFiles = {
  get: (path: string) => readFileSync(path),
  set(path: string, value: Uint8Array) {
    writeFileSync(`${path}.tmp`, value, { flag: "w" });
    renameSync(`${path}.tmp`, path);
  },
};

const rawBunFiles = (files: BunFiles) => ({
  get: (path: string) => files.file(path).bytes(),
  async set(path: string, value: Uint8Array) {
    await files.write(`${path}.tmp`, value);
    renameSync(`${path}.tmp`, path);
  },
});

const rawDenoFiles = (files: DenoFiles) => ({
  get: (path: string) => files.readFile(path),
  async set(path: string, value: Uint8Array) {
    await files.writeFile(`${path}.tmp`, value);
    await files.rename(`${path}.tmp`, path);
  },
});

/** A KV takes no value over 64 KiB: a longer one lies in pieces, written in one commit. */
function rawKv(kv: RawKv): Raw {
  const piece = 1 << 16;
  const lengths = new Map<string, number>();
  return {
    async get(key) {
      const length = lengths.get(key)!;
      if (length <= piece) return await kv.get(["raw", key]);
      const all = new Uint8Array(length);
      let at = 0;
      // In a third of the time that `getMany` takes.
      for await (const { value } of kv.list({ prefix: ["raw", key] })) {
        all.set(value, at);
        at += value.length;
      }
      return all;
    },
    set(key, value) {
      lengths.set(key, value.length);
      if (value.length <= piece) return kv.set(["raw", key], value);
      const change = kv.atomic();
      for (let at = 0; at < value.length; at += piece) {
        change.set(["raw", key, at], value.subarray(at, at + piece));
      }
      return change.commit();
    },
    close: () => kv.close(),
  };
}

const inMemory: Engine = {
  name: "memory",
  goal: 1.2,
  isBounded: true,
  open: () => Promise.resolve({ raw: rawMap(), ours: memoryStore() }),
};

function inDirectory(
  name: string,
  files: Pick<Raw, "get" | "set">,
  store: (options: { dir: string }) => CacheStore,
): Engine {
  const open = (folders: Folders) =>
    Promise.resolve({ raw: inFolders(folders.raw, files), ours: store({ dir: folders.ours }) });
  return { name, goal: 1.2, isBounded: false, open };
}

const inKv = (openKv: (path: string) => Promise<RawKv>): Engine => ({
  name: "deno-kv",
  goal: 1.5,
  isBounded: false,
  open: async ({ raw, ours }) => ({
    raw: rawKv(await openKv(`${raw}/kv`)),
    ours: denoKvStore({ path: `${ours}/kv` }),
  }),
});

/** The stores of the runtime that runs this. */
export async function engines(): Promise<Engine[]> {
  const files = inDirectory("node-fs", rawNodeFiles, nodeFsStore);
  const all = [inMemory, files, ...await redisEngines()];
  if (Bun) all.push(inDirectory("bun-file", rawBunFiles(Bun), bunFileStore));
  if (!Deno) return all;
  const path = "../../adapters/deno-fs.ts"; // Not by a literal: it imports from jsr:.
  const { denoFsStore } = await import(path);
  return [...all, inDirectory("deno-fs", rawDenoFiles(Deno), denoFsStore), inKv(Deno.openKv)];
}
