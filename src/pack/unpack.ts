/**
 * From a packed file into a store: what is whole comes in, what is not is told.
 *
 * @module
 */

import { areEqual } from "../bytes/bytes.ts";
import { sha256 } from "../host.ts";
import { checkPacking } from "./options.ts";
import { type Found, readPack } from "./read.ts";
import { type ProgressOptions, tellProgress } from "../upkeep/progress.ts";
import { show } from "../options/rules.ts";
import type { CacheStore } from "../store.ts";
import { openWindow } from "./stream-window.ts";

/** Something that did not come in. */
export interface UnpackProblem {
  /**
   * `damaged`: these bytes of the file are not as they were packed. `truncated`: the file ends here,
   * before its end. `entry-damaged`: the entry was damaged when it was packed already.
   * `other-version`: another version of this library wrote it. `store`: it could not be stored.
   */
  readonly reason: "damaged" | "truncated" | "entry-damaged" | "other-version" | "store";
  /** Where in the file, in bytes. */
  readonly at: number;
  /** How many bytes are damaged. */
  readonly bytes?: number;
  /** The entry's key, where it is known. */
  readonly key?: string;
  /** What the store threw. */
  readonly error?: unknown;
}

/** What became of a packed file. */
export interface Unpacked {
  /** How many entries were brought in. */
  readonly stored: number;
  /** How many were there already, byte for byte, and were not written again. */
  readonly equal: number;
  /** How many are known to be missing; there may be more where the end of the file is. */
  readonly missing: number;
  /** Whether all that was to be packed is in the store now. */
  readonly complete: boolean;
  /** What did not come in and why, the first 1 000. */
  readonly problems: readonly UnpackProblem[];
}

/**
 * Brings what was packed into a store. An entry that is there already under the same key is replaced,
 * unless it is equal.
 *
 * The file may be damaged anywhere: what is whole comes in, and the report says what did not. Entries
 * of a plain tar of a directory come in too.
 *
 * @param store what it is brought into.
 * @param stream the bytes of the file; read no faster than the store takes them.
 * @param options `onProgress`.
 * @returns what came in and what did not.
 * @throws {TypeError} naming what is wrong; or what the stream fails with, when all before it is
 *   stored.
 *
 * @example From a file, in Node
 * ```ts
 * import { unpack } from "@x/llmcache/pack";
 * import { memoryStore } from "@x/llmcache/memory";
 * import { openAsBlob } from "node:fs";
 *
 * async function load() {
 *   const { problems } = await unpack(memoryStore(), (await openAsBlob("recordings.tar")).stream());
 *   for (const { reason, at, key } of problems) console.log(reason, at, key);
 * }
 * ```
 */
export async function unpack(
  store: CacheStore,
  stream: ReadableStream<Uint8Array>,
  options: ProgressOptions = {},
): Promise<Unpacked> {
  checkPacking("unpack", store, options);
  if (typeof stream?.getReader !== "function") {
    throw new TypeError(`llmcache: unpack takes a ReadableStream of bytes, not ${show(stream)}.`);
  }
  const hash = await sha256();
  const reader = stream.getReader();
  const window = openWindow(() => readBytes(reader));
  const report = createReport(store);
  try {
    for await (const found of readPack(window, hash)) {
      await report.take(found);
      tellProgress(options, { entries: report.entries(), bytes: window.at });
    }
    tellProgress(options, { entries: report.entries(), bytes: window.at });
  } finally {
    // Where all was read it is closed, and this does nothing.
    reader.cancel().catch(() => {});
  }
  return report.close();
}

async function readBytes(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | null> {
  const { value, done } = await reader.read();
  if (done) return null;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(
    `llmcache: unpack takes a stream of Uint8Arrays; this one gave ${show(value)}.`,
  );
}

const MOST_PROBLEMS = 1000;

interface Report {
  take(found: Found): Promise<void>;
  /** How many entries are in the store that came with the file. */
  entries(): number;
  close(): Unpacked;
}

function createReport(store: CacheStore): Report {
  const problems: UnpackProblem[] = [];
  let [stored, equal, missing, trouble] = [0, 0, 0, 0];
  /** Of the pack that is being read: the number of the next entry, and how many have come in. */
  let [next, came, lost] = [1, 0, 0];

  function tell(problem: UnpackProblem): void {
    trouble++;
    if (problem.key !== undefined) lost++;
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  }

  async function take(found: Found): Promise<void> {
    if (found.kind === "end") {
      missing += Math.max(0, found.end.entries + found.end.unreadable - came);
      [next, came, lost] = [1, 0, 0];
    } else if (found.kind === "value") {
      await bringIn(found);
    } else {
      const { kind, ...where } = found;
      tell({ reason: kind === "damage" ? "damaged" : kind, ...where });
    }
  }

  async function bringIn(found: Found & { readonly kind: "value" }): Promise<void> {
    const { at, key, value, soundness, number = next } = found;
    if (soundness !== "sound") {
      return tell({ reason: soundness === "damaged" ? "entry-damaged" : soundness, at, key });
    }
    try {
      const isThere = areEqual(await held(key), value);
      if (!isThere) await store.set(key, value);
      if (isThere) equal++;
      else stored++;
      // What comes twice must not stand for what is lost.
      if (number >= next) came++;
      next = Math.max(next, number + 1);
    } catch (error) {
      tell({ reason: "store", at, key, error });
    }
  }

  async function held(key: string): Promise<Uint8Array | null> {
    try {
      return await store.get(key);
    } catch {
      return null; // What cannot be read is to be replaced.
    }
  }

  return {
    take,
    entries: () => stored + equal,
    close: () => ({
      stored,
      equal,
      missing: missing + lost,
      complete: missing + trouble === 0,
      problems,
    }),
  };
}
