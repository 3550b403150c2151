/**
 * The bytes of a stream with a look ahead: no more of it is held than what is looked at.
 *
 * @module
 */

import { joinBytes } from "../bytes/bytes.ts";

/** A place in a stream. */
export interface Window {
  /** How many bytes lie before it. */
  readonly at: number;
  /**
   * Looks at the next bytes.
   *
   * @returns at least so many, or all that are left.
   */
  peek(bytes: number): Promise<Uint8Array>;
  /** Goes on by so many bytes, or to the end. */
  skip(bytes: number): Promise<void>;
}

/** Opens a window at the beginning of a stream. */
export function openWindow(read: () => Promise<Uint8Array | null>): Window {
  let chunks: Uint8Array[] = [];
  let held = 0;
  let at = 0;
  let ended = false;

  async function fill(bytes: number): Promise<void> {
    while (held < bytes && !ended) {
      const chunk = await read();
      ended = chunk === null;
      if (!chunk || chunk.length === 0) continue;
      chunks.push(chunk);
      held += chunk.length;
    }
  }

  return {
    get at() {
      return at;
    },
    async peek(bytes) {
      await fill(bytes);
      if (chunks.length > 1 && chunks[0]!.length < bytes) chunks = [joinBytes(chunks)];
      return chunks[0] ?? new Uint8Array();
    },
    async skip(bytes) {
      for (let rest = bytes; rest > 0;) {
        await fill(1);
        const [first] = chunks;
        if (!first) return;
        const gone = Math.min(rest, first.length);
        if (gone === first.length) chunks.shift();
        else chunks[0] = first.subarray(gone);
        rest -= gone;
        held -= gone;
        at += gone;
      }
    },
  };
}
