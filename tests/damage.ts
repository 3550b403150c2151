import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bunFileStore } from "../adapters/bun-file.ts";
import { nodeFsStore } from "../adapters/node-fs.ts";
import type { CacheStore } from "../mod.ts";
import { inTemporary, leaping } from "./places.ts";

/** A store whose one entry a test can replace behind its back. */
export interface Victim {
  readonly name: string;
  readonly store: CacheStore;
  /** Whether a hit reads the beginning alone. */
  readonly readsHead: boolean;
  read(): Uint8Array;
  write(bytes: Uint8Array): void;
}

/** Without claims: they would take longer than all the rest. */
function inDirectory(name: string, { claim: _, ...store }: CacheStore, dir: string): Victim {
  let path = "";
  const entry = () => {
    if (path) return path;
    const files = readdirSync(dir, { recursive: true }).map(String);
    return path = join(dir, files.find((file) => /\.(whole|stream)$/.test(file))!);
  };
  return {
    name,
    store,
    readsHead: true,
    read: () => new Uint8Array(readFileSync(entry())),
    write(bytes) {
      // To write over a file would make the file system flush it.
      rmSync(entry());
      writeFileSync(entry(), bytes);
    },
  };
}

/** As small as a store can be. */
function inMap(): Victim {
  const map = new Map<string, Uint8Array>();
  return {
    name: "a store without head",
    readsHead: false,
    store: {
      get: (key) => map.get(key)?.slice() ?? null,
      set: (key, value) => void map.set(key, value.slice()),
      delete: (key) => void map.delete(key),
      async *keys() {
        yield* map.keys();
      },
    },
    read: () => [...map.values()][0]!.slice(),
    write: (bytes) => void map.set([...map.keys()][0]!, bytes),
  };
}

/** Runs on every kind of store, each empty. */
export function onEachVictim(run: (victim: Victim) => Promise<void>): Promise<void> {
  return inTemporary(async (dir) => {
    const [node, bun] = [join(dir, "node"), join(dir, "bun")];
    const now = leaping();
    await run(inDirectory("node-fs", nodeFsStore({ dir: node, now }), node));
    if ("Bun" in globalThis) {
      await run(inDirectory("bun-file", bunFileStore({ dir: bun, now }), bun));
    }
    await run(inMap());
  });
}

/** A way an entry can be damaged. */
export interface Damage {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** The first byte that is not as it was. */
  readonly at: number;
}

/** Every byte with a bit flipped, which one changes from byte to byte; or with each of them. */
export function* flips(entry: Uint8Array, bits?: readonly number[]): Generator<Damage> {
  for (let at = 0; at < entry.length; at++) {
    for (const bit of bits ?? [at % 8]) {
      const bytes = entry.slice();
      bytes[at]! ^= 1 << bit;
      yield { what: `bit ${bit} of byte ${at} flipped`, bytes, at };
    }
  }
}

/** Every length but the whole. */
export function* cuts(entry: Uint8Array): Generator<Damage> {
  for (let at = 0; at < entry.length; at++) {
    yield { what: `cut after ${at} bytes`, bytes: entry.slice(0, at), at };
  }
}

/** What else can become of a file. */
export function* accidents(entry: Uint8Array): Generator<Damage> {
  const double = new Uint8Array(entry.length * 2);
  double.set(entry);
  double.set(entry, entry.length);
  yield { what: "zeros, as after a power cut", bytes: new Uint8Array(entry.length), at: 0 };
  for (const end of [entry.length + 1, entry.length * 2 - 1, entry.length * 2]) {
    yield { what: `longer by ${end - entry.length}`, bytes: double.slice(0, end), at: 0 };
  }
  for (const at of [1, 100, entry.length >> 1]) {
    const bytes = entry.slice();
    bytes.fill(0, at);
    yield { what: `zeros from ${at}`, bytes, at };
    yield { what: `the first ${at} bytes lost`, bytes: entry.slice(at), at: 0 };
  }
}

/** Where the answer ends: a hit that reads the beginning alone reads no further. */
export function hotEnd(entry: Uint8Array): number {
  const start = entry.indexOf(10) + 1;
  const line = JSON.parse(new TextDecoder().decode(entry.subarray(0, start)));
  return start + line.sizes[0];
}
