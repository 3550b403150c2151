/**
 * An entry and its bytes.
 *
 * ```text
 * {"llmcache":1,"check":"…8 hex…", … }\n      line 1: what a hit must know
 * …the answer's bytes, verbatim…              the hot part ends here
 * \n{"request":{…},"chunks":[[ms,bytes],…]}\n the cold part
 * ```
 *
 * One value, the hot part first: a hit reads a bounded beginning and parses line 1 only. Two values
 * would leave half after a crash, or the prompt after its deletion. The check in line 1 covers
 * everything from itself to the end of the answer; the cold part has a check of its own.
 *
 * @module
 */

import type { Encoding } from "./batch/batch.ts";
import { joinBytes } from "./bytes/bytes.ts";
import { type Cold, formatCold, readCold } from "./cold.ts";
import { crc32 } from "./bytes/crc32.ts";
import type { Form, Usage } from "./dialect.ts";

/** The version of this format: entries of another version are a clean miss. */
export const ENTRY_VERSION = 1;

/** How much of an entry a hit reads at first, in bytes; most answers fit. */
export const HEAD_BYTES: number = 24 << 10;

/** What line 1 tells of the recording. */
export interface Recording {
  /** The store key: an entry found under another key is damage. */
  readonly key: string;
  readonly form: Form;
  readonly status: number;
  readonly statusText?: string;
  /** The response headers worth keeping. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the response came from, if that was not where the request went. */
  readonly redirected?: string;
  /** When the call went out, in milliseconds since 1970. */
  readonly at: number;
  /** How long the call took, in milliseconds. */
  readonly took: number;
  readonly dialect: string;
  readonly model?: string;
  readonly namespace: string;
  readonly sample: number;
  /** Whether the request asked for the usage. */
  readonly askedUsage: boolean;
  /** How the request wanted vectors written; none stands for `float`. */
  readonly encoding?: Encoding;
  /** The answer's own id. */
  readonly id?: string;
  readonly usage?: Usage;
  /** The first words of the prompt; not there where `storeRequest` was `false`. */
  readonly words?: string;
}

/** A parsed entry; others may be given the same one. */
export interface Entry {
  readonly recording: Recording;
  /** A view of the answer's bytes. */
  readonly answer: Uint8Array;
}

const START = `{"llmcache":${ENTRY_VERSION},"check":"`;
const CHECK_DIGITS = 8;
const CHECKED_FROM = START.length + CHECK_DIGITS;
const LINE_FEED = 10;
/** The most that is read in search of the end of line 1, in bytes: a broken store may have no end. */
const LONGEST_LINE = 1 << 21;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Line 1 as it is parsed. */
interface Line extends Recording {
  readonly check: string;
  /** Sizes of the answer and of the cold part, in bytes. */
  readonly sizes: readonly [number, number];
  readonly coldCheck: string;
}

/** What line 1 alone tells of an entry. */
export interface Headline {
  readonly recording: Recording;
  /** Sizes of the whole value, and of its answer, in bytes. */
  readonly bytes: number;
  readonly answerBytes: number;
}

/**
 * Reads line 1 alone, unchecked: to list entries, never to serve one.
 *
 * @param bytes the beginning of a stored value, or all of it.
 * @param asked how many bytes were asked for.
 * @param key where it was found.
 * @returns a number where that many bytes are needed; `null` where it is no entry of this version.
 */
export function parseHeadline(
  bytes: Uint8Array,
  asked: number,
  key: string,
): Headline | number | null {
  if (bytes.length === 0) return null;
  const found = readLine(bytes);
  if (found === null) return bytes.length >= asked && asked < LONGEST_LINE ? asked * 8 : null;
  const { line, start } = found;
  if (line.key !== key || !areSizes(line.sizes) || !isTold(line)) return null;
  const [answerBytes, coldBytes] = line.sizes;
  return { recording: line, bytes: start + answerBytes + coldBytes, answerBytes };
}

/** Makes the bytes of an entry. */
export function formatEntry(
  recording: Recording,
  answer: readonly Uint8Array[],
  cold: Cold,
): Uint8Array {
  const coldBytes = encoder.encode(formatCold(cold));
  const size = answer.reduce((sum, chunk) => sum + chunk.length, 0);
  const rest = JSON.stringify({
    sizes: [size, coldBytes.length],
    coldCheck: digest(coldBytes),
    ...recording,
  });
  const line = encoder.encode(`${START}${"0".repeat(CHECK_DIGITS)}",${rest.slice(1)}\n`);
  const bytes = joinBytes([line, ...answer, coldBytes]);
  const check = digest(bytes.subarray(CHECKED_FROM, line.length + size));
  bytes.set(encoder.encode(check), START.length);
  return bytes;
}

/**
 * Reads the hot part of an entry from its beginning.
 *
 * @param bytes the beginning of a stored value, or all of it.
 * @param asked how many bytes were asked for; fewer mean that this is the whole value.
 * @param key where it was found.
 * @returns the entry; a number where that many bytes are needed; `null` where it is damaged or of
 *   another version.
 */
export function parseEntry(
  bytes: Uint8Array,
  asked: number,
  key: string,
): Entry | number | null {
  if (bytes.length === 0) return null; // Given away: of such an array not even a part can be read.
  const before = asked < Infinity && parsed.get(bytes);
  if (before && before.recording.key === key && isSound(bytes, before)) return before;
  const found = readLine(bytes);
  if (found === null) return bytes.length >= asked && asked < LONGEST_LINE ? asked * 8 : null;
  const { line, start } = found;
  if (line.key !== key || !areSizes(line.sizes)) return null;
  const end = start + line.sizes[0];
  const whole = end + line.sizes[1];
  if (bytes.length > whole || (bytes.length < asked && bytes.length !== whole)) return null;
  if (bytes.length < end) return end;
  const entry = { recording: line, answer: bytes.subarray(start, end) };
  if (!isSound(bytes, entry)) return null;
  // Whoever asked for all of it has read the cold part too.
  if (asked === Infinity) return digest(bytes.subarray(end)) === line.coldCheck ? entry : null;
  parsed.set(bytes, entry);
  return entry;
}

/**
 * A store may give the same array again; then only its check is reckoned anew, which tells whether the
 * array is still what it was.
 */
const parsed = new WeakMap<Uint8Array, Entry>();

function isSound(bytes: Uint8Array, entry: Entry): boolean {
  const end = entry.answer.byteOffset - bytes.byteOffset + entry.answer.length;
  return digest(bytes.subarray(CHECKED_FROM, end)) === checkOf(entry);
}

/**
 * Reads the cold part of a whole value.
 *
 * @returns the cold part; `null` where the value is damaged anywhere.
 */
export function parseCold(
  bytes: Uint8Array,
  key: string,
): Cold & { readonly check: string } | null {
  const entry = parseEntry(bytes, Infinity, key);
  if (entry === null || typeof entry === "number") return null;
  const { sizes } = entry.recording as Line;
  const cold = readCold(decoder.decode(bytes.subarray(bytes.length - sizes[1])));
  return cold && { ...cold, check: checkOf(entry) };
}

/** The check of an entry: another recording has another. */
export function checkOf({ recording }: Pick<Entry, "recording">): string {
  return (recording as Line).check;
}

/** The check of an entry that is still to be written. */
export function checkIn(bytes: Uint8Array): string {
  return decoder.decode(bytes.subarray(START.length, CHECKED_FROM));
}

function readLine(bytes: Uint8Array): { line: Line; start: number } | null {
  const length = bytes.indexOf(LINE_FEED);
  if (length < CHECKED_FROM) return null;
  const text = decoder.decode(bytes.subarray(0, length));
  if (!text.startsWith(START)) return null;
  try {
    return { line: JSON.parse(text), start: length + 1 };
  } catch {
    return null;
  }
}

/** Unchecked as it is, it must at least be what its readers take it for. */
function isTold({ at, namespace, dialect, model = "" }: Line): boolean {
  return Number.isFinite(at) &&
    [namespace, dialect, model].every((text) => typeof text === "string");
}

function areSizes(sizes: unknown): boolean {
  return Array.isArray(sizes) && sizes.length === 2 &&
    sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** It guards against accidents, not against those who may write to the store. */
function digest(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(CHECK_DIGITS, "0");
}
