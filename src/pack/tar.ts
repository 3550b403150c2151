/**
 * What of the tar format a pack takes: the "ustar" header of POSIX.1-1988 and the extended headers of
 * `pax` (POSIX.1-2001, IEEE Std 1003.1, "pax Interchange Format").
 *
 * @module
 */

/** A tar is made of blocks of so many bytes. */
export const BLOCK = 512;

/** What a header tells. */
export interface TarHeader {
  readonly name: string;
  /** Size of what follows, in bytes. */
  readonly size: number;
  /** `0`: a file. `x`: says more of the next one. */
  readonly type: string;
}

const NAME = 100;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;
/** Where a header says what it is. */
export const MAGIC_AT = 257;
const MAGIC = "ustar\0" + "00";
const COMMENT = / comment=(.*)\n$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Writes a header.
 *
 * @param seconds when the file was made, since 1970.
 */
export function formatHeader({ name, size, type }: TarHeader, seconds: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(name, 0);
  put("0000600\0" + "0000000\0" + "0000000\0", NAME); // Its mode, which is private; its owners.
  put(`${octal(size, 11)}\0${octal(seconds, 11)}\0`, SIZE[0]);
  put(type, TYPE);
  put(MAGIC, MAGIC_AT);
  put(`${octal(checksum(block), 6)}\0 `, CHECKSUM[0]);
  return block;
}

/** Reads a header; `null` where the block is none, or not as it was written. */
export function parseHeader(block: Uint8Array): TarHeader | null {
  if (block.length < BLOCK || !isMagic(block, MAGIC_AT)) return null;
  if (parseOctal(block, ...CHECKSUM) !== checksum(block)) return null;
  const size = parseOctal(block, ...SIZE);
  const end = block.subarray(0, NAME).indexOf(0);
  const name = decoder.decode(block.subarray(0, end < 0 ? NAME : end));
  return size < 0 ? null : { name, size, type: String.fromCharCode(block[TYPE]! || 0x30) };
}

/** Whether this is what every header has in one place: "ustar", in POSIX's way or in GNU's. */
export function isMagic(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < 5; index++) {
    if (bytes[at + index] !== MAGIC.charCodeAt(index)) return false;
  }
  return true;
}

/** Writes the body of an extended header that holds a comment, which every reader passes over. */
export function formatComment(comment: string): Uint8Array {
  const rest = ` comment=${comment}\n`;
  // The length at the beginning counts itself.
  const digits = String(rest.length + 3).length;
  return encoder.encode(`${rest.length + digits}${rest}`);
}

/** Reads the comment in the body of an extended header. */
export function parseComment(body: Uint8Array): string | undefined {
  return COMMENT.exec(decoder.decode(body))?.[1];
}

/** How many bytes follow what has `size` bytes, up to the end of its last block. */
export function paddingOf(size: number): number {
  return (BLOCK - size % BLOCK) % BLOCK;
}

function parseOctal(block: Uint8Array, at: number, length: number): number {
  const text = decoder.decode(block.subarray(at, at + length)).replace(/[\0 ]+$/, "").trim();
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : -1;
}

/** The sum of all bytes, those of the checksum itself counted as blanks. */
function checksum(block: Uint8Array): number {
  const [from, length] = CHECKSUM;
  let sum = length * 0x20;
  for (let at = 0; at < BLOCK; at++) {
    if (at < from || at >= from + length) sum += block[at]!;
  }
  return sum;
}
