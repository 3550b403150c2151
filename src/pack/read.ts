/**
 * Reads a pack, or any tar of a directory of entries, however damaged: where a header is not as it was
 * written, or a value is not, the search for the next header begins, byte by byte.
 *
 * Nobody but a provider can bring a header into an entry, for text of a prompt has no zeros in JSON;
 * and it would be looked at only where that very entry is damaged.
 *
 * @module
 */

import type { Hash } from "../host.ts";
import { keyOf, LONGEST, type PackEnd, parseCheck, parseEnd } from "./format.ts";
import type { Check } from "./format.ts";
import { judgeValue, type Soundness } from "../upkeep/soundness.ts";
import type { Window } from "./stream-window.ts";
import { BLOCK, isMagic, MAGIC_AT, paddingOf, parseComment, parseHeader } from "./tar.ts";
import type { TarHeader } from "./tar.ts";

/** What is found in a pack, in its order; `at` and `bytes` say where. */
export type Found =
  /** A value as it was packed: it came whole through the file. */
  | {
    readonly kind: "value";
    readonly at: number;
    readonly key: string;
    readonly value: Uint8Array;
    readonly soundness: Soundness;
    /** Which entry of the pack it is, where that can be read. */
    readonly number: number | undefined;
  }
  /** What lies here is not as it was packed. */
  | { readonly kind: "damage"; readonly at: number; readonly bytes: number; readonly key?: string }
  | { readonly kind: "end"; readonly end: PackEnd }
  /** The file ends before its end. */
  | { readonly kind: "truncated"; readonly at: number };

/** The longest comment of a tar that is read, in bytes. */
const LONGEST_COMMENT = 1 << 16;
/** How much is looked through at once in search of a header, in bytes. */
const SCAN = 1 << 16;

/** Reads a pack to its end. */
export async function* readPack(window: Window, hash: Hash): AsyncGenerator<Found> {
  const reading = createReading(window, hash);
  while ((await window.peek(1)).length > 0) {
    const found = await reading.next();
    if (found) yield found;
  }
  if (!reading.hasEnded()) yield { kind: "truncated", at: window.at };
}

interface Reading {
  next(): Promise<Found | undefined>;
  hasEnded(): boolean;
}

function createReading(window: Window, hash: Hash): Reading {
  let check: Check | undefined;
  let isOurs = false;
  let ended = false;

  async function next(): Promise<Found | undefined> {
    const block = (await window.peek(BLOCK)).subarray(0, BLOCK);
    if (block.every((byte) => byte === 0)) return await readZeros();
    const header = parseHeader(block);
    if (!header) return await readDamage(window.at, 1);
    if (header.type === "x") return await readComment(header);
    const key = header.type === "0" ? keyOf(header.name) : undefined;
    if (key !== undefined) return await readValue(key, header.size);
    await window.skip(BLOCK + header.size + paddingOf(header.size));
    return undefined;
  }

  /** Zeros end a tar of others; in a pack they follow its end, and anywhere else they are a gap. */
  async function readZeros(): Promise<Found | undefined> {
    const { at } = window;
    for (;;) {
      const block = (await window.peek(BLOCK)).subarray(0, BLOCK);
      if (block.length === 0) break;
      if (block.some((byte) => byte !== 0)) break;
      await window.skip(BLOCK);
    }
    const isLast = (await window.peek(1)).length === 0;
    if (isLast && !isOurs) ended = true;
    return isLast || ended ? undefined : { kind: "damage", at, bytes: window.at - at };
  }

  async function readComment({ size }: TarHeader): Promise<Found | undefined> {
    if (size > LONGEST_COMMENT) return await readDamage(window.at, 1);
    const comment = parseComment((await window.peek(BLOCK + size)).subarray(BLOCK, BLOCK + size));
    await window.skip(BLOCK + size + paddingOf(size));
    const end = parseEnd(comment);
    check = parseCheck(comment);
    if (end) ended = true;
    if (end ?? check) isOurs = true;
    return end && { kind: "end", end };
  }

  async function readValue(key: string, size: number): Promise<Found> {
    const { at } = window;
    const packed = check;
    check = undefined;
    ended = false;
    if (size > LONGEST) return await readDamage(at, BLOCK, key);
    const value = (await window.peek(BLOCK + size)).subarray(BLOCK, BLOCK + size);
    // Its own checks cover a sound entry to the last byte. What is none may have been packed so.
    const soundness = judgeValue(key, value);
    const isWhole = soundness === "sound" ||
      (value.length === size && hash(value) === packed?.digest);
    if (!isWhole) return await readDamage(at, BLOCK, key);
    await window.skip(BLOCK + size + paddingOf(size));
    return { kind: "value", at, key, value, soundness, number: packed?.number };
  }

  /** Goes on to the next header, from the first byte that may be part of one. */
  async function readDamage(at: number, first: number, key?: string): Promise<Found> {
    check = undefined;
    await window.skip(first);
    await findHeader(window);
    return { kind: "damage", at, bytes: window.at - at, ...(key !== undefined && { key }) };
  }

  return { next, hasEnded: () => ended };
}

/** Goes on to the next header, or to the end. */
async function findHeader(window: Window): Promise<void> {
  for (;;) {
    let bytes = await window.peek(SCAN);
    for (let at = MAGIC_AT; at < bytes.length; at++) {
      at = bytes.indexOf(0x75, at); // The "u" of "ustar".
      if (at < 0) break;
      if (!isMagic(bytes, at)) continue;
      const start = at - MAGIC_AT;
      if (start + BLOCK > bytes.length) bytes = await window.peek(start + BLOCK);
      if (parseHeader(bytes.subarray(start, start + BLOCK))) return await window.skip(start);
    }
    const isLast = bytes.length < SCAN;
    await window.skip(isLast ? bytes.length : bytes.length - BLOCK);
    if (isLast) return;
  }
}
