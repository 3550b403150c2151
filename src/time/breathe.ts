/**
 * Lets timers and I/O have their turn: a loop of hits on a synchronous store never leaves the
 * microtask queue by itself.
 *
 * @module
 */

import { nextTurn } from "../host.ts";

const LONGEST_BREATH = 5; // milliseconds; a turn costs 0.002 to 0.03

let last = 0;

/** Gives way to the next macrotask if none had a chance for a while. */
export function breathe(): Promise<void> | undefined {
  const now = performance.now();
  if (now - last < LONGEST_BREATH) return undefined;
  return new Promise((resolve) => {
    nextTurn(() => {
      last = performance.now();
      resolve();
    });
  });
}
