/**
 * Any store's content as one file, and back, between any two kinds of stores: a gigabyte goes through
 * without lying in memory.
 *
 * @example From one store to another
 * ```ts
 * import { pack, unpack } from "@x/llmcache/pack";
 * import { memoryStore } from "@x/llmcache/memory";
 *
 * const [from, to] = [memoryStore(), memoryStore()];
 * const { stored, complete } = await unpack(to, pack(from));
 * console.log(stored, complete); // 0 true
 * ```
 *
 * @module
 */

import { joinBytes } from "./bytes/bytes.ts";
import { parseHeadline } from "./entry.ts";
import { sha256 } from "./host.ts";
import { formatEnd, formatHead } from "./pack/format.ts";
import { checkPacking } from "./pack/options.ts";
import { type Progress, type ProgressOptions, tellProgress } from "./upkeep/progress.ts";
import type { CacheStore } from "./store.ts";
import { paddingOf } from "./pack/tar.ts";

export type { Progress, ProgressOptions };
export { unpack, type Unpacked, type UnpackProblem } from "./pack/unpack.ts";

/** Small values go out together, in pieces of so many bytes at least. */
const PIECE = 1 << 16;

/**
 * Packs what a store holds into one file.
 *
 * It is a tar with a check for each entry. `tar -t` lists it, and unpacked by `tar -x` it is a
 * directory for `nodeFsStore`. Compress it with whatever you like.
 *
 * @param store what is packed; what changes meanwhile may or may not be in it.
 * @param options `onProgress`.
 * @returns the bytes of the file; nothing is read before they are asked for. A value that the store
 *   cannot give is left out, and the end of the file says so.
 * @throws {TypeError} naming what is wrong. The stream fails where the store cannot list its keys.
 *
 * @example To a file, in Node
 * ```ts
 * import { pack } from "@x/llmcache/pack";
 * import { memoryStore } from "@x/llmcache/memory";
 * import { writeFile } from "node:fs/promises";
 *
 * const save = () => writeFile("recordings.tar", pack(memoryStore()));
 * ```
 */
export function pack(store: CacheStore, options: ProgressOptions = {}): ReadableStream<Uint8Array> {
  checkPacking("pack", store, options);
  const pieces = piecesOf(store, options);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await nextChunk(pieces);
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    async cancel() {
      await pieces.return();
    },
  }, { highWaterMark: 0 });
}

async function* piecesOf(
  store: CacheStore,
  options: ProgressOptions,
): AsyncGenerator<Uint8Array, void> {
  const hash = await sha256();
  const count = { entries: 0, unreadable: 0, bytes: 0 };
  const counted = (piece: Uint8Array) => {
    count.bytes += piece.length;
    return piece;
  };
  for await (const key of store.keys()) {
    const value = await readValue(store, key);
    if (value === null) continue;
    if (value === undefined) {
      count.unreadable++;
      continue;
    }
    const check = { number: ++count.entries, digest: hash(value) };
    yield counted(formatHead(key, value.length, check, recordedAt(key, value)));
    yield counted(value);
    yield counted(new Uint8Array(paddingOf(value.length)));
    tellProgress(options, { entries: count.entries, bytes: count.bytes });
  }
  yield counted(formatEnd(count));
  tellProgress(options, { entries: count.entries, bytes: count.bytes });
}

/** A value; `null` where it is gone meanwhile, `undefined` where it cannot be read. */
async function readValue(store: CacheStore, key: string): Promise<Uint8Array | null | undefined> {
  try {
    const value = await store.get(key);
    return value === null || value instanceof Uint8Array ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is no entry, or a damaged one, is packed too, with a time that a tar can hold. */
function recordedAt(key: string, value: Uint8Array): number {
  const line = parseHeadline(value, Infinity, key);
  const at = line && typeof line !== "number" ? line.recording.at : 0;
  return at >= 0 && at < 2 ** 43 ? at : 0;
}

/** The next pieces, as many as make a chunk worth handing over; `null` at the end. */
async function nextChunk(pieces: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  for (let bytes = 0; bytes < PIECE;) {
    const { value, done } = await pieces.next();
    if (done) break;
    parts.push(value);
    bytes += value.length;
  }
  return parts.length === 0 ? null : joinBytes(parts);
}
