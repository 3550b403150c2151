/**
 * How far long work is.
 *
 * @module
 */

import type { Rule } from "../options/rules.ts";

/** How far it is. */
export interface Progress {
  /** How many entries are done. */
  readonly entries: number;
  /** How many bytes are done: of the file, or of what was read. */
  readonly bytes: number;
}

/** What long work can be told; every member is optional. */
export interface ProgressOptions {
  /** Told after each entry, and at the end; what it throws changes nothing. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What the option must be. */
export const progressRules: Readonly<Record<keyof ProgressOptions, Rule>> = {
  onProgress: [(value) => typeof value === "function", "a function"],
};

/** Tells how far it is. */
export function tellProgress({ onProgress }: ProgressOptions, progress: Progress): void {
  try {
    onProgress?.(progress);
  } catch {
    // The listener's own trouble.
  }
}
