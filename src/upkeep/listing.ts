/**
 * All entries of a store, by line 1 of each: who lists them needs neither answers nor requests.
 *
 * @module
 */

import { isPromise } from "../time/awaitable.ts";
import { breathe } from "../time/breathe.ts";
import { type Headline, parseHeadline } from "../entry.ts";
import type { Found, GuardedStore, OnFault } from "../guard/guard.ts";
import type { Awaitable } from "../store.ts";

/**
 * What a store may have besides its verbs, where it keeps the first lines apart from the values: listing
 * them takes a hundredth of the time then. Not part of the interface of stores: everything works
 * without.
 */
export interface Lines {
  /**
   * Lists the keys that are held, each once, with the first line of each value, line feed and all;
   * without a byte where none is kept apart.
   */
  lines(): AsyncIterable<readonly [key: string, line: Uint8Array]>;
}

/** How much of an entry is read at first, in bytes: most first lines are a third of it. */
const LINE_BYTES = 2 << 10;
const LINE_FEED = 10;

/** How many are read at once where a store does not answer at once. Without `head` each is a whole value. */
const AT_ONCE = 16;

/**
 * Lists the entries of a store, in no order. What is damaged, gone meanwhile or of another version is
 * left out.
 */
export async function* listEntries(
  store: GuardedStore,
  onFault: OnFault,
): AsyncGenerator<Headline> {
  for await (const headline of listLines(store, onFault)) if (headline) yield headline;
}

/** Lists the entries of a store; `null` stands for each key whose line 1 could not be read. */
export async function* listLines(
  store: GuardedStore,
  onFault: OnFault,
): AsyncGenerator<Headline | null> {
  if (store.lines) return yield* fromLines(store, store.lines(onFault), onFault);
  for await (const keys of store.keys(onFault)) {
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = keys.slice(at, at + AT_ONCE);
      const lines = some.map((key) => readHeadline(store, key, onFault));
      for (const line of lines) yield isPromise(line) ? await line : line;
    }
    await breathe();
  }
}

async function* fromLines(
  store: GuardedStore,
  lines: AsyncIterable<(readonly [string, Uint8Array])[]>,
  onFault: OnFault,
): AsyncGenerator<Headline | null> {
  for await (const some of lines) {
    for (const [key, line] of some) {
      const isWhole = line.at(-1) === LINE_FEED;
      const found = parseHeadline(line, isWhole ? Infinity : line.length, key);
      // Too long to be kept apart.
      yield typeof found === "number" ? await readHeadline(store, key, onFault) : found;
    }
    await breathe();
  }
}

/** Reads line 1 of an entry. */
export function readHeadline(
  store: GuardedStore,
  key: string,
  onFault: OnFault,
  bytes: number = LINE_BYTES,
): Awaitable<Headline | null> {
  const use = (found: Found | null): Awaitable<Headline | null> => {
    const line = found && parseHeadline(found.bytes, found.asked, key);
    return typeof line === "number" ? readHeadline(store, key, onFault, line) : line;
  };
  const found = store.head(key, bytes, onFault);
  return isPromise(found) ? found.then(use) : use(found);
}
