/**
 * What this run has stored, served and rejected: bounded, and one for all caches on a store.
 *
 * A rejected answer is removed from its store, but that is not enough. Its call may still be under way, a
 * write may be, the store may not let go of it or show it for a while. So what is rejected begins a new
 * era of its request, which no call of an older one is joined by or stored in; and the very entry is
 * known by its check, wherever it turns up.
 *
 * @module
 */

import type { Recording } from "./entry.ts";
import { areSame } from "./identity/headers.ts";
import type { Known } from "./recognise.ts";

/** The headers of a request, as they count. */
type Counted = Known["headers"];

/** What is remembered. */
export interface Past {
  /** Notes the headers of a request that goes out, or is answered. */
  noteHeaders(headers: Counted): void;
  /** Notes an answer that was stored or served. */
  note(recording: Pick<Recording, "id" | "key">): void;
  /** The store keys under which an answer with this id was stored or served. */
  keysOf(id: string): readonly string[];
  /**
   * Notes a call that is under way.
   *
   * @param idOf tells the id of its answer, as soon as it is known.
   * @returns what tells that the call is done with.
   */
  fly(key: string, idOf: () => string | undefined): () => void;
  /** The store keys of the calls under way whose answer has this id. */
  flying(id: string): readonly string[];
  /** The headers with which requests have counted so far. */
  readonly headers: readonly Counted[];
  /** A number that is another each time an answer to the request of this key is rejected. */
  era(key: string): number;
  /** Rejects the answers to the request of this key: those that are being written, and those to come of older calls. */
  reject(key: string): void;
  /** Rejects this very entry. */
  bar(key: string, check: string): void;
  /** Whether this very entry was rejected. */
  isBarred(key: string, check: string): boolean;
  /** Notes an entry while it is written; returns what tells that this is done. */
  writing(key: string, check: string): () => void;
}

const MOST = 1000;
/** As good as every client sends the same ones always. */
const MOST_HEADERS = 16;

/** Begins to remember. */
export function createPast(): Past {
  const keys = new Map<string, Set<string>>();
  const headers = new Map<string, Counted>();
  const eras = new Map<string, number>();
  const barred = new Map<string, Set<string>>();
  const written = new Map<string, Set<string>>();
  const flights = new Set<{ readonly key: string; idOf(): string | undefined }>();
  let last: Counted | undefined;
  let count = 0;

  function bar(key: string, check: string): void {
    add(barred, requestOf(key), check);
  }

  return {
    noteHeaders(counted) {
      // As text they would cost each hit 2 µs.
      if (last && areSame(counted, last)) return;
      last = counted;
      remember(headers, JSON.stringify(last), last, MOST_HEADERS);
    },
    note({ id, key }) {
      if (id !== undefined && !keys.get(id)?.has(key)) add(keys, id, key);
    },
    keysOf: (id) => [...keys.get(id) ?? []],
    fly(key, idOf) {
      const flight = { key, idOf };
      flights.add(flight);
      return () => flights.delete(flight);
    },
    flying: (id) => [...flights].filter(({ idOf }) => idOf() === id).map(({ key }) => key),
    get headers() {
      return [...headers.values()];
    },
    era: (key) => eras.get(requestOf(key)) ?? 0,
    reject(key) {
      remember(eras, requestOf(key), ++count, MOST);
      for (const check of written.get(requestOf(key)) ?? []) bar(key, check);
    },
    bar,
    isBarred: (key, check) => barred.size > 0 && barred.get(requestOf(key))?.has(check) === true,
    writing(key, check) {
      const request = requestOf(key);
      // What is written now was asked for after all that was rejected.
      barred.get(request)?.delete(check);
      const checks = written.get(request) ?? new Set();
      written.set(request, checks.add(check));
      return () => {
        checks.delete(check);
        if (checks.size === 0) written.delete(request);
      };
    },
  };
}

/** Both forms are answers to one request. */
function requestOf(key: string): string {
  return key.slice(0, 64);
}

function add(sets: Map<string, Set<string>>, name: string, value: string): void {
  const values = sets.get(name) ?? new Set();
  if (values.size < MOST) values.add(value);
  remember(sets, name, values, MOST);
}

/** The oldest are forgotten. */
function remember<V>(map: Map<string, V>, name: string, value: V, most: number): void {
  map.delete(name);
  map.set(name, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}
