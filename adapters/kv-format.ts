/**
 * How entries lie in a Deno KV, where a value has at most 64 KiB and a commit 800:
 *
 * ```text
 * ["llmcache", "entry", key]             a value of up to 64 KiB, or the manifest of a longer one
 * ["llmcache", "chunk", key, id, n]      the rest of a longer one, cut up; the id is that of this write
 * ["llmcache", "claim", key]             who asks for the entry now
 * ```
 *
 * The manifest holds the first 32 KiB itself, so a hit, which asks for no more, is one read. An id tells
 * when its write began, so that what a crash left behind is known by its age.
 *
 * @module
 */

import { checkKey } from "./key.ts";
import type { DenoKvKey } from "./kv-shape.ts";

/** The longest value of a KV, in bytes, and so the length of a chunk. */
export const CHUNK: number = 1 << 16;

/** How much a manifest holds itself, in bytes. */
const FIRST = 1 << 15;

/** More than any entry: the manifest of a longer one is damaged. */
const LONGEST = 2 ** 32;

/** What stands for a value that is longer than a KV takes. */
export interface Manifest {
  /** The write it comes from. */
  readonly id: string;
  /** The length of the whole value, in bytes. */
  readonly size: number;
  /** How it begins. */
  readonly first: Uint8Array;
}

/** A chunk and its place. */
export interface Chunk {
  readonly key: DenoKvKey;
  readonly value: Uint8Array;
}

/** Where all entries lie. */
export const ENTRIES: DenoKvKey = ["llmcache", "entry"];

/** Where all chunks lie. */
export const CHUNKS: DenoKvKey = ["llmcache", "chunk"];

/**
 * Where an entry lies.
 *
 * @throws {TypeError} if it is no key.
 */
export function entryAt(key: string): DenoKvKey {
  return [...ENTRIES, checkKey(key)];
}

/**
 * Where a claim lies.
 *
 * @throws {TypeError} if it is no key.
 */
export function claimAt(key: string): DenoKvKey {
  return ["llmcache", "claim", checkKey(key)];
}

/** Whether something is a manifest. */
export function isManifest(held: unknown): held is Manifest {
  const { id, size, first } = (held ?? {}) as Partial<Manifest>;
  return typeof id === "string" && first instanceof Uint8Array && Number.isSafeInteger(size) &&
    size! >= first.length && size! <= LONGEST;
}

/**
 * Cuts a value that is longer than a KV takes.
 *
 * @param now when its write begins, in milliseconds since 1970.
 */
export function split(
  key: string,
  value: Uint8Array,
  now: number,
): { manifest: Manifest; chunks: Chunk[] } {
  // Of a view inside an object, a KV would keep the whole buffer.
  const first = new Uint8Array(value.subarray(0, FIRST));
  const id = `${Math.floor(now)}.${crypto.randomUUID()}`;
  const manifest = { id, size: value.length, first };
  const chunks = chunksOf(key, manifest).map((at, n) => {
    const from = FIRST + n * CHUNK;
    return { key: at, value: value.subarray(from, from + CHUNK) };
  });
  return { manifest, chunks };
}

/** Where the chunks of a manifest lie. */
export function chunksAt(key: string, { id }: Manifest): DenoKvKey {
  return [...CHUNKS, key, id];
}

/** The places of the chunks that hold the first so many bytes; none of what is no manifest. */
export function chunksOf(key: string, held: unknown, bytes: number = Infinity): DenoKvKey[] {
  if (!isManifest(held)) return [];
  const rest = Math.min(bytes, held.size) - held.first.length;
  const length = Math.max(0, Math.ceil(rest / CHUNK));
  return Array.from({ length }, (_, n) => [...chunksAt(key, held), n]);
}

/**
 * Puts a manifest and its first chunks together.
 *
 * @returns `null` where a chunk is missing or has not the length it must have.
 */
export function join(manifest: Manifest, chunks: readonly unknown[]): Uint8Array | null {
  const { first, size } = manifest;
  const all = new Uint8Array(Math.min(size, first.length + chunks.length * CHUNK));
  all.set(first);
  let at = first.length;
  for (const chunk of chunks) {
    const length = Math.min(CHUNK, size - at);
    if (!(chunk instanceof Uint8Array) || chunk.length !== length) return null;
    all.set(chunk, at);
    at += length;
  }
  return all;
}
