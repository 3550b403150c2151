/**
 * What is said of the user's own code where it fails: it must not break the call.
 *
 * @module
 */

import { show } from "./rules.ts";

/** What it threw. */
export function thrown(error: unknown): string {
  return error instanceof Error ? error.message : show(error);
}

/** What it returned; of a text only that it is one, because it may be the prompt. */
export function returned(result: unknown): string {
  if (typeof Object(result).then === "function") {
    // Nobody waits for it, so its failure must not end the process.
    Promise.resolve(result).catch(() => {});
    return "a promise";
  }
  return typeof result === "string" ? "a text" : show(result);
}
