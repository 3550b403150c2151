/** Databases for tests: new ones, and what lies in them. */

import { createStore, entries, type UseStore } from "idb-keyval";

let made = 0;

/** The name of a new database, and how to remove it. */
export function database(): { name: string; remove(): Promise<void> } {
  const name = `test ${made++} ${Math.random()}`;
  return { name, remove: () => removeDatabase(name) };
}

/** How long a connection may take to be closed, in milliseconds. */
const LATE = 10_000;

/** Removes a database. It fails where someone keeps it open. */
export function removeDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // `onblocked` tells nothing: it comes for those that are being closed, too.
    const late = setTimeout(() => reject(new Error(`${name} is kept open`)), LATE);
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => {
      clearTimeout(late);
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
}

/** Does something to the records of a database, behind the back of the store. */
export async function withRecords<T>(
  name: string,
  act: (records: UseStore) => Promise<T>,
): Promise<T> {
  const records = createStore(name, "entries");
  try {
    return await act(records);
  } finally {
    await records("readonly", ({ transaction }) => transaction.db.close());
  }
}

/** Everything in a database, by the names of the records. */
export async function recordsOf(name: string): Promise<Map<string, unknown>> {
  return new Map(await withRecords(name, (records) => entries<string, unknown>(records)));
}
