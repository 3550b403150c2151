/**
 * What is known of all entries in a database of the browser, without their values.
 *
 * @module
 */

import type { Connection } from "./idb-connection.ts";
import { type Meta, metasAfter, names, put, read, remove } from "./idb-records.ts";

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
 * Makes what is told agree with the entries. They are written together, but with the developer's tools
 * of a browser anyone may delete a single record.
 *
 * @param now the clock, for entries of which nothing is told.
 */
export async function mend(connection: Connection, now: () => number): Promise<void> {
  const { values, told, long } = await connection.use("readonly", names);
  const [there, known] = [new Set(values), new Set(told)];
  const odd = [
    ...values.filter((key) => !known.has(key)),
    ...[...told, ...long].filter((key) => !there.has(key)),
  ];
  for (const key of odd) {
    // Looked at again: it may have been written or removed meanwhile.
    await connection.use("readwrite", async (records) => {
      const value = await read(records, key, Infinity);
      if (value) put(records, key, value, now());
      else remove(records, key);
    });
  }
}
