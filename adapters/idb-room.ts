/**
 * Room for a new entry, where the browser gives no more.
 *
 * @module
 */

import type { Connection } from "./idb-connection.ts";
import { metas } from "./idb-list.ts";
import { remove } from "./idb-records.ts";

/** At least so much of what is held goes at once: the next entries need room too. */
const SHARE = 0.1;

/** Acts; if that takes more room than there is, the oldest entries make some, once. */
export type WithRoom = (size: number, act: () => Promise<void>) => Promise<void>;

/** Makes room in one database; those who need it at the same time wait for the same. */
export function createRoom(connection: Connection): WithRoom {
  let making: Promise<void> | undefined;
  return async (size, act) => {
    try {
      return await act();
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    making ??= makeRoom(connection, size).finally(() => making = undefined);
    await making;
    try {
      await act();
    } catch (error) {
      throw isFull(error) ? noRoom(size, error) : error;
    }
  };
}

/** The browser's own error has no message. */
function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

function noRoom(size: number, cause: unknown): Error {
  return new Error(
    `indexedDbStore: the browser has no room for ${size} bytes, and its oldest entries made too ` +
      "little. Free some storage of this site, or of the disk.",
    { cause },
  );
}

/** For an entry larger than all others together, nothing is given up. */
async function makeRoom(connection: Connection, size: number): Promise<void> {
  const all: { readonly key: string; readonly time: number; readonly size: number }[] = [];
  for await (const some of metas(connection)) {
    all.push(...some.map(([key, [time, size]]) => ({ key, time, size })));
  }
  const held = all.reduce((sum, { size }) => sum + size, 0);
  if (held < size) return;
  let wanted = Math.max(2 * size, SHARE * held);
  const oldest = all.sort((a, b) => a.time - b.time).filter(({ size }) => {
    wanted -= size;
    return wanted + size > 0;
  });
  await connection.change((records) => oldest.forEach(({ key }) => remove(records, key)));
}
