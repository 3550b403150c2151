/**
 * What is said of the user's own code where it fails: it must not break the call.
 *
 * @module
 */

import { show } from "../options/rules.ts";

/** What it threw. */
export function thrown(error: unknown): string {
  return orElse(() => error instanceof Error ? String(error.message) : show(error), "an object");
}

/** What it returned; of a text only that it is one, because it may be the prompt. */
export function returned(result: unknown): string {
  if (orElse(() => typeof Object(result).then === "function", false)) {
    // Nobody waits for it, so its failure must not end the process.
    Promise.resolve(result).catch(() => {});
    return "a promise";
  }
  return typeof result === "string" ? "a text" : show(result);
}

/** Even a look at it can throw. */
function orElse<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
