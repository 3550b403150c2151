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

/** A prime: what is repeated so often never lies alike in two chunks of a store. */
const PERIOD = 65_521;

/** Bytes that tell where they stand and whose they are. */
export function patterned(size: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < Math.min(size, PERIOD); at++) bytes[at] = at * 31 + (at >> 8) + seed * 97;
  for (let done = PERIOD; done < size; done *= 2) bytes.copyWithin(done, 0, done);
  return bytes;
}

/** The bytes of text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Fails a test where two values differ, without printing megabytes. */
export function expectBytes(actual: Uint8Array | null, expected: Uint8Array): void {
  // Not as text in a message: that of 10 MB takes two seconds.
  check(actual instanceof Uint8Array, `${actual && typeof actual}, not ${expected.length} bytes`);
  const { length } = expected;
  check(actual.length === length, `${actual.length} bytes instead of ${length}`);
  for (let at = 0; at < length; at++) {
    if (actual[at] === expected[at]) continue;
    throw new Error(`byte ${at} of ${length} is ${actual[at]}, not ${expected[at]}`);
  }
}

/** What an async iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
