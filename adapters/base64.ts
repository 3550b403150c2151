/**
 * Bytes as text, for engines that keep text alone.
 *
 * @module
 */

import { builtin } from "./node-builtins.ts";

interface Native {
  toBase64?(): string;
}

interface NativeConstructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** How many bytes become arguments of one call: engines have a limit. */
const PART = 1 << 15;

/** Bytes as base64, RFC 4648, section 4. */
export function toBase64(bytes: Uint8Array): string {
  const native = bytes as Native;
  if (native.toBase64) return native.toBase64();
  const { buffer, byteOffset, length } = bytes;
  const Buffer = builtin("node:buffer")?.Buffer;
  if (Buffer) return Buffer.from(buffer, byteOffset, length).toString("base64");
  let text = "";
  for (let at = 0; at < length; at += PART) {
    text += String.fromCharCode(...bytes.subarray(at, at + PART));
  }
  return btoa(text);
}

/**
 * Bytes from base64.
 *
 * @throws where it is none, in most runtimes; in others it gives some bytes.
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as NativeConstructor;
  if (native.fromBase64) return native.fromBase64(text);
  const Buffer = builtin("node:buffer")?.Buffer;
  if (Buffer) return new Uint8Array(Buffer.from(text, "base64"));
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
