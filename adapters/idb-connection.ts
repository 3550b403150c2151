/**
 * A connection to one database of the browser, opened when it is first used, and again when it is lost.
 *
 * @module
 */

import { createStore, type UseStore } from "idb-keyval";

/** What a transaction is for. */
type Mode = "readonly" | "readwrite";

type Act<T> = (records: IDBObjectStore) => T | PromiseLike<T>;

/** A database with one object store, which is what idb-keyval makes. */
export interface Connection {
  /** Acts in a transaction. What it reads it sees as of one moment. */
  use<T>(mode: Mode, act: Act<T>): Promise<T>;
  /** Changes something, all of it or nothing; settles when that is done. */
  change(act: (records: IDBObjectStore) => void): Promise<void>;
  /** Closes the connection; the next use opens another. */
  close(): Promise<void>;
}

const RECORDS = "entries";

/**
 * Makes a connection; nothing is opened yet, and an opening that failed is not remembered.
 *
 * @param name the name of the database.
 */
export function connect(name: string): Connection {
  let current: UseStore | undefined;
  const opened = () => current ??= createStore(name, RECORDS);

  /** What is closed is not used again; another may be in its place already. */
  function drop(store: UseStore): void {
    if (current === store) current = undefined;
  }

  async function useOnce<T>(store: UseStore, mode: Mode, act: Act<T>): Promise<T> {
    return await store(mode, (records) => {
      const { db } = records.transaction;
      // Someone wants to delete the database, and would wait for this page to close.
      db.onversionchange ??= () => {
        drop(store);
        db.close();
      };
      return act(records);
    });
  }

  async function use<T>(mode: Mode, act: Act<T>): Promise<T> {
    const store = opened();
    try {
      return await useOnce(store, mode, act);
    } catch (error) {
      if (!isClosed(error)) throw error;
      drop(store);
      return await useOnce(opened(), mode, act);
    }
  }

  return {
    use,
    change: (act) => use("readwrite", (records) => commit(records, act)),
    async close() {
      const store = current;
      current = undefined;
      try {
        await store?.("readonly", ({ transaction }) => transaction.db.close());
      } catch {
        // It could not be opened, or is closed already.
      }
    },
  };
}

/** The browser closes connections by itself, when the user clears storage for one. */
function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === "InvalidStateError";
}

/** Without `commit` it would wait whether more is asked of it: a fifth of a small write. */
async function commit(
  records: IDBObjectStore,
  act: (records: IDBObjectStore) => void,
): Promise<void> {
  const { transaction } = records;
  const done = settled(transaction);
  try {
    act(records);
    transaction.commit();
  } catch (error) {
    done.catch(() => {});
    // Otherwise what was asked before it would be done.
    transaction.abort();
    throw error;
  }
  await done;
}

/** idb-keyval rejects at the first failed request, before the transaction knows its own error. */
function settled(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? lost());
  });
}

const lost = () => new DOMException("The connection to the database was lost.", "AbortError");
