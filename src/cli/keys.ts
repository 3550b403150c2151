/**
 * Keys as people type them: by their beginning.
 *
 * @module
 */

import type { CacheStore } from "../store.ts";
import { CommandError, usageError } from "./errors.ts";

/** The fewest digits that may stand for a key: fewer are a slip of the finger. */
const LEAST = 4;
/** How many it has. */
const DIGITS = 64;
/** How many digits the listing shows: of 100 000 requests two share them in one cache of 200. */
const SHOWN = 10;
const PREFIX = /^([0-9a-f]{1,64})(\.[a-z]+)?$/;

/** A key as the listing shows it, its form by the first letter: `9ba9123ad9.w`. */
export function shortKey(key: string): string {
  const [digits = "", form = ""] = key.split(".");
  return `${digits.slice(0, SHOWN)}.${form[0]}`;
}

/**
 * Finds the keys that are meant. A request that is stored in both forms has two; without a form both are
 * meant.
 *
 * @returns for each that was typed the keys of one request.
 * @throws where one is no key, stands for none, or for several requests.
 */
export async function findKeys(
  store: CacheStore,
  typed: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const wanted = typed.map(readPrefix);
  const found: string[][] = wanted.map(() => []);
  for await (const key of store.keys()) {
    for (const [at, { digits, form }] of wanted.entries()) {
      if (key.startsWith(digits) && key.startsWith(form, DIGITS)) found[at]!.push(key);
    }
  }
  for (const [at, keys] of found.entries()) checkFound(typed[at]!, keys);
  return found.map((keys) => keys.sort().reverse());
}

function readPrefix(typed: string): { readonly digits: string; readonly form: string } {
  const [, digits = "", form = ""] = PREFIX.exec(typed.toLowerCase()) ?? [];
  const isForm = [".whole", ".stream"].some((each) => each.startsWith(form));
  if (digits.length >= LEAST && isForm) return { digits, form };
  throw usageError(
    `"${typed}" is no key. A key is at least its first ${LEAST} hex digits, as llmcache ls shows ` +
      "them; .w (whole) or .s (stream) behind them means one form.",
  );
}

function checkFound(typed: string, keys: readonly string[]): void {
  if (keys.length === 0) {
    throw new CommandError(`no entry has a key that begins with "${typed}". See llmcache ls.`);
  }
  const requests = [...new Set(keys.map((key) => key.split(".")[0]!))];
  if (requests.length === 1) return;
  const told = shared(requests) + 4;
  const some = requests.slice(0, 3).map((digits) => digits.slice(0, told)).join(", ");
  const more = requests.length > 3 ? " …" : "";
  throw new CommandError(
    `"${typed}" stands for ${requests.length} requests: ${some}${more}. Give more digits.`,
  );
}

/** How many digits they begin with alike. */
function shared([first = "", ...others]: readonly string[]): number {
  const differ = [...first].findIndex((digit, at) => others.some((other) => other[at] !== digit));
  return differ === -1 ? first.length : differ;
}
