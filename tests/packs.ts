/** Entries, packs of them, and ways to read a pack. */

import type { Form } from "../mod.ts";
import { formatEntry } from "../src/entry.ts";
import { BLOCK, paddingOf } from "../src/pack/tar.ts";
import type { CacheStore } from "../src/store.ts";
import { collect, patterned, testKey } from "./bytes.ts";
import { memoryStore } from "../adapters/memory.ts";
import { pack } from "../src/pack.ts";

/** A sound entry with an answer of so many bytes. */
export function entryOf(n: number, size: number, form: Form = "whole"): Uint8Array {
  const recording = {
    key: testKey(n, form),
    form,
    status: 200,
    headers: { "content-type": "application/json" },
    at: 1_700_000_000_000 + n * 1000,
    took: 10 * n,
    dialect: "openai-chat",
    model: `m-${n % 3}`,
    namespace: n % 2 ? "odd" : "",
    sample: 0,
    askedUsage: false,
    usage: { input: n, output: 1 },
    words: `question ${n}`,
  };
  const request = { url: "https://x.test/v1/chat/completions", headers: {}, body: '{"model":"m"}' };
  const identity = { v: 1, target: "test" };
  const chunks: [number, number][] = [[1, size]];
  return formatEntry(recording, [patterned(size, n)], { request, identity, chunks });
}

/** Puts so many entries of different sizes into a store. */
export async function fill(store: CacheStore, count: number, most = 3000): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const form = n % 4 === 0 ? "stream" : "whole";
    await store.set(testKey(n, form), entryOf(n, (n * 7919) % most, form));
  }
}

/** All that a store holds. */
export async function contentOf(store: CacheStore): Promise<Map<string, Uint8Array>> {
  const keys = (await collect(store.keys())).sort();
  const content = new Map<string, Uint8Array>();
  for (const key of keys) content.set(key, (await store.get(key))!);
  return content;
}

/** The bytes of a stream. */
export async function bytesIn(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A stream of these chunks. */
export function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks[next++];
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  }, { highWaterMark: 0 });
}

/** A pack, and where each of its entries lies in it: from the check before it to its last byte. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly content: ReadonlyMap<string, Uint8Array>;
  readonly places: readonly { readonly key: string; readonly from: number; readonly to: number }[];
}

/** Packs so many entries. */
export async function packOf(count: number): Promise<Packed> {
  const store = memoryStore();
  await fill(store, count);
  const content = await contentOf(store);
  let from = 0;
  const places = [];
  // Memory lists them in the order they were set in.
  for (const key of await collect(store.keys())) {
    const { length } = (await store.get(key))!;
    const to = from + 3 * BLOCK + length;
    places.push({ key, from, to });
    from = to + paddingOf(length);
  }
  return { bytes: await bytesIn(pack(store)), content, places };
}
