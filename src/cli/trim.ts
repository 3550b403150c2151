/**
 * Trimming a store to a size, and making sure of it.
 *
 * @module
 */

import type { Trimmed } from "../store.ts";
import type { Opened } from "./command.ts";
import { CommandError } from "./errors.ts";
import { nameOf } from "./place.ts";
import { formatBytes } from "./units.ts";

/** Both together. */
export function plus(a: Trimmed, b: Trimmed): Trimmed {
  return { entries: a.entries + b.entries, bytes: a.bytes + b.bytes };
}

/** How often it is tried where others write meanwhile. */
const TRIES = 5;

/**
 * Lets a store remove what was used longest ago until it holds no more than so many bytes.
 *
 * @returns what went.
 * @throws where it still holds more in the end, because entries cannot be removed or others are written.
 */
export async function trimTo(
  { store, cache, place }: Pick<Opened, "store" | "cache" | "place">,
  most: number,
): Promise<Trimmed> {
  let gone: Trimmed = { entries: 0, bytes: 0 };
  for (let tries = 1;; tries++) {
    const trimmed = await store.trim!(most);
    gone = plus(gone, trimmed);
    let bytes = 0;
    for await (const { entryBytes } of cache.entries()) bytes += entryBytes;
    if (bytes <= most) return gone;
    // What is still too large at first may have been written since.
    if (tries === 1 || (trimmed.entries > 0 && tries < TRIES)) continue;
    const why = trimmed.entries > 0
      ? "as fast as entries go, others are written. Run it again when no program is at work on it."
      : "some entries could not be removed. May it be written?";
    throw new CommandError(`${nameOf(place)} still holds ${formatBytes(bytes)}: ${why}`);
  }
}
