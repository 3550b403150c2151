/**
 * One call of a method of a dialect of the user's own.
 *
 * @module
 */

import { returned, thrown } from "./code.ts";

/** What a dialect did wrong; the message names the dialect and the method. */
export class DialectFault extends Error {}

/** What a result is that is none of those a method may return. */
export const WRONG: unique symbol = Symbol("wrong");

/** Checks what a method returned, and copies what counts of it; {@linkcode WRONG} if it will not do. */
export type Read<T> = (result: unknown) => T | typeof WRONG;

/** Runs one method of a dialect; throws a {@linkcode DialectFault} where it throws or answers wrongly. */
export interface Attempt {
  <T>(method: string, run: () => unknown, read: Read<T>, expected: string): T;
}

/** Makes the runner for a dialect of this name. */
export function attemptFor(name: string): Attempt {
  return (method, run, read, expected) => {
    const it = `the dialect \`${name}\``;
    let result: unknown;
    try {
      result = run();
      // What it returned may be the user's own code too: an object with getters, a proxy.
      const value = read(result);
      if (value !== WRONG) return value;
    } catch (error) {
      throw new DialectFault(`${it} threw in \`${method}\`: ${thrown(error)}`);
    }
    throw new DialectFault(
      `${it} must return ${expected} from \`${method}\`, at once; it returned ${returned(result)}`,
    );
  };
}

/** What a method gave, or what was wrong with it. */
export function orFault<T>(run: () => T): T | DialectFault {
  try {
    return run();
  } catch (error) {
    if (error instanceof DialectFault) return error;
    throw error;
  }
}
