/**
 * The format of a pack: a tar that holds the directory format, so that any tar lists it, and unpacks it
 * into a directory that `nodeFsStore` reads.
 *
 * ```text
 * x  "comment=<n> <SHA-256>"        number and check of the next entry, in a comment, which tars pass over
 * 0  ab/abcd….whole                 the entry, mode 0600, its time that of the recording
 * …
 * x  "comment=<n> entries"          the end: how many there must have been
 * 0  CACHEDIR.TAG                   as in every directory of entries
 *    1024 zeros
 * ```
 *
 * @module
 */

import { joinBytes } from "../bytes/bytes.ts";
import { CACHEDIR_TAG } from "./cachedir-tag.ts";
import { isKey } from "../bytes/store-key.ts";
import { BLOCK, formatComment, formatHeader, paddingOf } from "./tar.ts";

/** What the comment before an entry tells. */
export interface Check {
  /** The entries of a pack are numbered from 1, so that one that is lost is missed. */
  readonly number: number;
  /** The SHA-256 of the value. */
  readonly digest: string;
}

/** What the end of a pack tells. */
export interface PackEnd {
  /** How many entries were packed. */
  readonly entries: number;
  /** How many the store held and could not give. */
  readonly unreadable: number;
}

/** Larger than any entry: a header that says more is damaged. */
export const LONGEST: number = 2 ** 30;

const CHECK = /^(\d+) ([0-9a-f]{64})$/;
const END = /^(\d+) entries(?:, (\d+) unreadable)?$/;

/** Writes what stands before a value of so many bytes that was recorded `at`. */
export function formatHead(key: string, size: number, check: Check, at: number): Uint8Array {
  const seconds = Math.floor(at / 1000);
  return joinBytes([
    extended(`PaxHeaders/${key}`, `${check.number} ${check.digest}`, seconds),
    formatHeader({ name: `${key.slice(0, 2)}/${key}`, size, type: "0" }, seconds),
  ]);
}

/** Writes the end of a pack. */
export function formatEnd({ entries, unreadable }: PackEnd): Uint8Array {
  const failed = unreadable > 0 ? `, ${unreadable} unreadable` : "";
  const tag = new TextEncoder().encode(CACHEDIR_TAG);
  return joinBytes([
    extended("PaxHeaders/CACHEDIR.TAG", `${entries} entries${failed}`, 0),
    formatHeader({ name: "CACHEDIR.TAG", size: tag.length, type: "0" }, 0),
    padded(tag),
    new Uint8Array(2 * BLOCK),
  ]);
}

/** Reads a comment as the check of an entry. */
export function parseCheck(comment: string | undefined): Check | undefined {
  const [, number, digest] = CHECK.exec(comment ?? "") ?? [];
  return digest === undefined ? undefined : { number: Number(number), digest };
}

/** Reads a comment as the end of a pack. */
export function parseEnd(comment: string | undefined): PackEnd | undefined {
  const [, entries, unreadable = 0] = END.exec(comment ?? "") ?? [];
  return entries === undefined
    ? undefined
    : { entries: Number(entries), unreadable: Number(unreadable) };
}

/** The key that a file in a tar is named by, if it is: the folders above it mean nothing. */
export function keyOf(name: string): string | undefined {
  const key = name.slice(name.lastIndexOf("/") + 1);
  return isKey(key) ? key : undefined;
}

function extended(name: string, comment: string, seconds: number): Uint8Array {
  const body = formatComment(comment);
  return joinBytes([formatHeader({ name, size: body.length, type: "x" }, seconds), padded(body)]);
}

function padded(bytes: Uint8Array): Uint8Array {
  return joinBytes([bytes, new Uint8Array(paddingOf(bytes.length))]);
}
