/**
 * The verbs of a store in a database of the browser.
 *
 * @module
 */

import type { Lines } from "../src/upkeep/listing.ts";
import type { CacheStore } from "../src/store.ts";
import type { Connection } from "./idb-connection.ts";
import { lines } from "./idb-list.ts";
import { keysOf, put, read, remove } from "./idb-records.ts";
import { createRoom } from "./idb-room.ts";
import { checkKey, isKey } from "./key.ts";

/**
 * Makes the verbs.
 *
 * @param now the clock: it tells which entry is the oldest.
 */
export function idbEntries(connection: Connection, now: () => number): CacheStore & Lines {
  const withRoom = createRoom(connection);
  return {
    get: (key) => connection.use("readonly", (records) => read(records, key, Infinity)),
    head: (key, bytes) => connection.use("readonly", (records) => read(records, key, bytes)),
    getMany: (keys) =>
      connection.use(
        "readonly",
        (records) => Promise.all(keys.map((key) => read(records, key, Infinity))),
      ),
    async set(key, value) {
      checkKey(key);
      const kept = whole(value);
      const time = now();
      await withRoom(
        kept.length,
        () => connection.change((records) => put(records, key, kept, time)),
      );
    },
    async delete(key) {
      checkKey(key);
      await connection.change((records) => remove(records, key));
    },
    async *keys() {
      const keys = await connection.use("readonly", (records) => keysOf(records, "held"));
      yield* keys.filter(isKey);
    },
    lines: () => lines(connection, now),
    close: () => connection.close(),
  };
}

/** With a view, all the memory behind it would be stored; shared memory not at all. */
function whole(value: Uint8Array): Uint8Array {
  const { buffer, byteLength } = value;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isWhole && value.constructor === Uint8Array ? value : new Uint8Array(value);
}
