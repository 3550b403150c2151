/**
 * What is known of all entries in a database of the browser, without their values.
 *
 * @module
 */

import type { Connection } from "./idb-connection.ts";
import { isLong, keysOf, type Kind, mend, type Meta, metasAfter } from "./idb-records.ts";

/** How many are read at a time: some 600 bytes each. */
const COUNT = 1_000;

/** What is told of entries, some at a time. */
export async function* metas(connection: Connection): AsyncGenerator<[key: string, meta: Meta][]> {
  for (let last = "";;) {
    const from = last;
    const found = await connection.use("readonly", (records) => metasAfter(records, from, COUNT));
    yield found;
    if (found.length < COUNT) return;
    last = found[COUNT - 1]![0];
  }
}

/**
 * Lists the first lines. What is told of entries is made to agree with them first: they are written
 * together, but with the developer's tools of a browser anyone may delete a single record.
 *
 * @param now the clock, for entries of which nothing is told.
 */
export async function* lines(
  connection: Connection,
  now: () => number,
): AsyncGenerator<readonly [key: string, line: Uint8Array]> {
  const [held, told, long] = await connection.use("readonly", keySets);
  const odd = [
    ...[...held].filter((key) => !told.has(key)),
    ...[...told, ...long].filter((key) => !held.has(key)),
  ];
  for (const key of odd) await connection.use("readwrite", (records) => mend(records, key, now()));
  for await (const some of metas(connection)) {
    for (const [key, [time, size, line]] of some) {
      if (long.has(key) && !isLong(size)) {
        await connection.use("readwrite", (records) => mend(records, key, time));
      }
      yield [key, line];
    }
  }
}

/** The keys of each kind, as of one moment. */
async function keySets(records: IDBObjectStore) {
  const of = async (kind: Kind) => new Set(await keysOf(records, kind));
  return await Promise.all([of("held"), of("told"), of("long")]);
}
