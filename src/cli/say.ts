/**
 * What the command line says: all of it goes through here, so that nothing of others reaches the terminal
 * as it is.
 *
 * @module
 */

import type { Terminal } from "./terminal.ts";
import { lines, oneLine, toJson } from "./text.ts";

/** Says things. */
export interface Say {
  /** Whether the answer is to be JSON. */
  readonly isJson: boolean;
  /** Says something on standard output, in lines; what it quotes may come from anywhere. */
  text(text: string): Promise<void>;
  /** Says a value, as JSON. */
  json(value: unknown): Promise<void>;
  /** Says the values of a list, as one JSON array, a line each. */
  jsonList(values: Iterable<unknown>): Promise<void>;
  /** Says something on standard error, in one line. */
  note(text: string): Promise<void>;
}

/** How much is written at once, in characters. */
const PIECE = 1 << 14;

/** Says things on a terminal. */
export function sayOn({ out, err }: Terminal, isJson: boolean): Say {
  return {
    isJson,
    async text(text) {
      await out.write(`${lines(text)}\n`);
    },
    async json(value) {
      await out.write(`${toJson(value)}\n`);
    },
    async jsonList(values) {
      let piece = "[";
      let between = "\n";
      for (const value of values) {
        piece += `${between}  ${toJson(value, 0)}`;
        between = ",\n";
        if (piece.length < PIECE) continue;
        await out.write(piece);
        piece = "";
      }
      await out.write(`${piece}\n]\n`);
    },
    async note(text) {
      await err.write(`llmcache: ${oneLine(text)}\n`);
    },
  };
}
