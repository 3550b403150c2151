/**
 * Writes entries into a Deno KV.
 *
 * A value too long for one commit goes in several: its chunks first, the manifest with the last of
 * them. Whoever replaces a manifest takes away its chunks in the same commit, which is checked to
 * replace what was read: so of several writers each takes away exactly what it replaced, and nothing
 * is left behind. Only a crash in the middle of a value above 650 KiB leaves chunks nobody finds, until it is tidied.
 *
 * @module
 */

import { quietly } from "./file-verbs.ts";
import { CHUNK, type Chunk, chunksOf, entryAt, type Manifest, split } from "./kv-format.ts";
import { inParts, type PatientKv } from "./kv-patient.ts";
import type { DenoKvEntry, DenoKvKey } from "./kv-shape.ts";

/** How many chunks one commit takes: with a manifest and {@linkcode GONE} it stays below 800 KiB. */
const BATCH = 10;

/** How many chunks one commit takes away. Their keys count too, 140 bytes each. */
const GONE = 200;

/** How often others may come between, before it is given up. */
const TRIES = 100;

/** What is there before most writes. To believe it, and read where it is not so, saves a read. */
const NOTHING: DenoKvEntry = { value: null, versionstamp: null };

/** What comes in the place of an entry: nothing, a value or a manifest, and chunks. */
interface Successor {
  readonly held?: Uint8Array | Manifest;
  readonly chunks?: readonly Chunk[];
}

/**
 * Writes a value, in the place of another one or not.
 *
 * @param now the time, in milliseconds since 1970.
 */
export async function write(
  kv: PatientKv,
  key: string,
  value: Uint8Array,
  now: number,
): Promise<void> {
  if (value.length <= CHUNK) return await replace(kv, key, NOTHING, { held: value });
  const { manifest, chunks } = split(key, value, now);
  const parts = inParts(chunks, BATCH);
  const last = parts.pop() ?? [];
  try {
    for (const part of parts) {
      await kv.commit((change) => part.forEach(({ key, value }) => change.set(key, value)));
    }
    await replace(kv, key, NOTHING, { held: manifest, chunks: last });
  } catch (error) {
    await quietly(() => remove(kv, chunksOf(key, manifest)));
    throw error;
  }
}

/** Removes a value, if it is there. */
export async function erase(kv: PatientKv, key: string): Promise<void> {
  const old = await kv.get(entryAt(key));
  if (old.versionstamp !== null) await replace(kv, key, old, {});
}

/** Puts something in the place of `old`, or of what is there when its turn comes. */
async function replace(
  kv: PatientKv,
  key: string,
  old: DenoKvEntry,
  { held, chunks = [] }: Successor,
): Promise<void> {
  const at = entryAt(key);
  for (let tries = 0; tries < TRIES; tries++) {
    const gone = chunksOf(key, old.value);
    const done = await kv.commit((change) => {
      change.check({ key: at, versionstamp: old.versionstamp });
      if (held) change.set(at, held);
      else change.delete(at);
      for (const chunk of chunks) change.set(chunk.key, chunk.value);
      for (const chunk of gone.slice(0, GONE)) change.delete(chunk);
    });
    if (done) return await quietly(() => remove(kv, gone.slice(GONE)));
    old = await kv.get(at);
  }
  throw new Error(`The entry ${key} could not be written: others replace it all the time.`);
}

async function remove(kv: PatientKv, keys: readonly DenoKvKey[]): Promise<void> {
  for (const part of inParts(keys, GONE)) {
    await kv.commit((change) => part.forEach((key) => change.delete(key)));
  }
}
