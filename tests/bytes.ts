/** Bytes, keys and checks for tests of stores; web standards only, as browsers run them too. */

import type { Form } from "../src/dialect.ts";

/** Fails a test. */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** A valid key; numbers up to 255 lie in different shards of a directory, 256 apart in the same. */
export function testKey(n: number, form: Form = "whole"): string {
  const shard = (n & 255).toString(16).padStart(2, "0");
  return `${shard}${(n >> 8).toString(16).padStart(62, "0")}.${form}`;
}

/** Bytes that tell where they stand and whose they are. */
export function patterned(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = at * 31 + (at >> 8) + seed * 97;
  return bytes;
}

/** The bytes of text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Fails a test where two values differ, without printing megabytes. */
export function expectBytes(actual: Uint8Array | null, expected: Uint8Array): void {
  check(actual instanceof Uint8Array, `${actual} instead of ${expected.length} bytes`);
  const sizes = `${actual.length} bytes instead of ${expected.length}`;
  check(actual.length === expected.length, sizes);
  for (let at = 0; at < expected.length; at++) {
    if (actual[at] === expected[at]) continue;
    throw new Error(`byte ${at} of ${expected.length} is ${actual[at]}, not ${expected[at]}`);
  }
}

/** What an async iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
