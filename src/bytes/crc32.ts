/**
 * CRC-32 (that of gzip, RFC 1952 §8): tells damage by accident, and costs next to nothing.
 *
 * @module
 */

import { nativeCrc32 } from "../host.ts";

/** The CRC-32 of bytes, as an unsigned number. */
export type Crc32 = (bytes: Uint8Array) => number;

/** The runtime's own: 20 KB in 0.4 µs (Bun, Deno) and 3.5 µs (Node), where SHA-256 takes 12. */
export const crc32: Crc32 = nativeCrc32() ?? portableCrc32;

let table: Uint32Array | undefined;

/** A byte at a time: 20 KB in 40 µs, where a SHA-256 in JavaScript takes 150. */
export function portableCrc32(bytes: Uint8Array): number {
  table ??= makeTable();
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) {
    crc = table[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

function makeTable(): Uint32Array {
  return new Uint32Array(256).map((_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
}
