/**
 * What the command line needs of the program around it.
 *
 * @module
 */

import type { Awaitable } from "../store.ts";

/** Standard output, or standard error. */
export interface Output {
  /**
   * Writes, in order.
   *
   * @param data text, or bytes as they are.
   * @returns settles when more may come; rejects with the code `EPIPE` where nobody reads on.
   */
  write(data: string | Uint8Array): Awaitable<void>;
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
  /** How many columns wide the terminal is, where it is known. */
  readonly columns?: number | undefined;
}

/** The surroundings of the command line; a test hands in its own. */
export interface Terminal {
  /** Takes what was asked for. */
  readonly out: Output;
  /** Takes what went wrong, notes, and how far long work is. */
  readonly err: Output;
  /** Opens standard input; asked for only where it is to be read. */
  input(): ReadableStream<Uint8Array>;
  /** Reads an environment variable. */
  env(name: string): string | undefined;
  /** The time, in milliseconds since 1970. */
  now(): number;
}
