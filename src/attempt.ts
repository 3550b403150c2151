/**
 * One call of a method of a dialect of the user's own.
 *
 * @module
 */

import { returned, thrown } from "./own-code.ts";

/** What a dialect did wrong; the message names the dialect and the method. */
export class DialectFault extends Error {}

/** Runs one method of a dialect; throws a {@linkcode DialectFault} where it throws or answers wrongly. */
export interface Attempt {
  <T>(
    method: string,
    run: () => unknown,
    isRight: (result: unknown) => result is T,
    expected: string,
  ): T;
}

/** Makes the runner for a dialect of this name. */
export function attemptFor(name: string): Attempt {
  return (method, run, isRight, expected) => {
    const it = `the dialect \`${name}\``;
    let result: unknown;
    try {
      result = run();
    } catch (error) {
      throw new DialectFault(`${it} threw in \`${method}\`: ${thrown(error)}`);
    }
    if (isRight(result)) return result;
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
