/**
 * The frame of every recorder of a stream: what the splitter gives, the format looks at.
 *
 * @module
 */

import type { Recorder, Verdict } from "../dialect.ts";
import { no } from "./reading.ts";

/** Splits a stream of bytes. */
export interface Splitter<Item> {
  /** Takes the next bytes, cut anywhere, and gives the items they complete. */
  push(bytes: Uint8Array): Item[];
  /** Gives what stands at the end incomplete. */
  end(): Item[];
}

/**
 * Watches a stream that says when it is whole.
 *
 * @param look looks at an item; tells whether it is the terminator.
 * @param judge judges what has been looked at.
 */
export function recordToTerminator<Item>(
  splitter: Splitter<Item>,
  look: (item: Item) => boolean,
  judge: () => Verdict,
): Recorder {
  let isDone = false;

  function take(item: Item): void {
    if (!isDone) isDone = look(item);
  }

  return {
    push(bytes) {
      if (!isDone) splitter.push(bytes).forEach(take);
      return isDone;
    },
    hasFailed: () => judge().reason === "error",
    verdict(ended) {
      // What lacks only its line break at the very end says enough.
      if (ended && !isDone) splitter.end().forEach(take);
      return unlessCut(judge(), isDone);
    },
  };
}

/**
 * Watches a stream of which only a clean end tells that nothing more comes.
 *
 * @param look looks at an item.
 * @param judge judges what has been looked at.
 */
export function recordToEnd<Item>(
  splitter: Splitter<Item>,
  look: (item: Item) => void,
  judge: () => Verdict,
): Recorder {
  return {
    push(bytes) {
      splitter.push(bytes).forEach(look);
      return false;
    },
    hasFailed: () => judge().reason === "error",
    verdict(ended) {
      const isWhole = ended && splitter.end().length === 0;
      return unlessCut(judge(), isWhole);
    },
  };
}

/** Who failed is told rather than that it was cut. */
function unlessCut(verdict: Verdict, isWhole: boolean): Verdict {
  return isWhole || verdict.reason === "error" ? verdict : { ...verdict, ...no("cut") };
}
