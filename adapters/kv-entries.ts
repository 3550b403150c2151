/**
 * The verbs of a store in a Deno KV.
 *
 * @module
 */

import type { CacheStore } from "../src/store.ts";
import type { Pause } from "./file-verbs.ts";
import { checkKey, isKey } from "./key.ts";
import { claim } from "./kv-claims.ts";
import { chunksAt, chunksOf, ENTRIES, entryAt, isManifest, join } from "./kv-format.ts";
import { type PatientKv, patientKv } from "./kv-patient.ts";
import type { DenoKv } from "./kv-shape.ts";
import { tidyKv } from "./kv-tidy.ts";
import { erase, write } from "./kv-write.ts";

/** How often what is read may be replaced meanwhile, before it is given up. */
const TRIES = 10;

/** What time is to a store in a Deno KV. */
export interface KvTime {
  readonly now?: (() => number) | undefined;
  readonly pause?: Pause | undefined;
}

/**
 * Makes the verbs.
 *
 * @param open gives the KV, each time.
 * @param time `now`, the clock of claims and of writes, and `pause`, which waits.
 */
export function kvEntries(
  open: () => Promise<DenoKv>,
  { now = Date.now, pause }: KvTime = {},
): CacheStore {
  const patient = async () => patientKv(await open(), pause);
  return {
    get: async (key) => await read(await patient(), key, Infinity),
    head: async (key, bytes) => await read(await patient(), key, bytes),
    set: async (key, value) => await write(await patient(), checkKey(key), value, now()),
    delete: async (key) => await erase(await patient(), checkKey(key)),
    async *keys() {
      for await (const { key } of (await patient()).list(ENTRIES)) {
        const name = key[ENTRIES.length];
        if (isKey(name)) yield name;
      }
    },
    getMany: async (keys) => await readMany(await patient(), keys),
    tidy: async (before) => await tidyKv(await patient(), before),
    claim: async (key, ms) => await claim(await patient(), key, ms, now),
  };
}

/** Reads whole values, short ones by ten at once. */
async function readMany(kv: PatientKv, keys: readonly string[]): Promise<(Uint8Array | null)[]> {
  const held = await kv.getAll(keys.map(entryAt));
  return await Promise.all(keys.map((key, at) => {
    const value = held[at];
    if (value instanceof Uint8Array) return value;
    return value === null ? null : read(kv, key, Infinity);
  }));
}

/** Reads at least the first bytes of a value. */
async function read(kv: PatientKv, key: string, bytes: number): Promise<Uint8Array | null> {
  const at = entryAt(key);
  let last: string | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const { value } = await kv.get(at);
    if (value instanceof Uint8Array) return value;
    // Chunks go while they are read where the value is replaced: then there is another manifest.
    if (!isManifest(value) || value.id === last) return null;
    const { length } = chunksOf(key, value, bytes);
    const found = join(value, length === 0 ? [] : await kv.getRow(chunksAt(key, value), length));
    if (found) return found;
    last = value.id;
  }
  return null;
}
