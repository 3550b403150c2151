/**
 * What all faces of one cache share: the store, the calls under way, the hash.
 *
 * @module
 */

import { openDefaultStore, sharedDefaultStore } from "./default-store.ts";
import { LlmcacheError } from "./errors.ts";
import { tell } from "./events.ts";
import { createFlights, type Flights } from "./flights.ts";
import type { FetchHead } from "./flight/upstream.ts";
import type { FunctionHead } from "./function/call.ts";
import type { Piece } from "./function/pieces.ts";
import { type GuardedStore, guardStore } from "./guard/guard.ts";
import { type Hash, sha256 } from "./host.ts";
import { createLandings, type Landings } from "./flight/landings.ts";
import { createPast, type Past } from "./past.ts";
import { createSavings, type SavingsCount } from "./upkeep/savings.ts";
import type { Settings } from "./options/settings.ts";
import type { Awaitable, CacheStore } from "./store.ts";
import type { Landed } from "./flight/turn.ts";

/** What is there once the store is open. */
export interface Opened {
  readonly store: GuardedStore;
  readonly hash: Hash;
  readonly calls: Flights<FetchHead | Landed, Uint8Array>;
  readonly asks: Flights<FunctionHead | Landed, Piece>;
  readonly landings: Landings;
  readonly savings: SavingsCount;
  readonly past: Past;
  /** The keys that this process holds a claim on. */
  readonly claimed: Set<string>;
}

/** What all faces of one cache share. */
export interface Core {
  /**
   * Opens the store on first use. Never throws: `undefined` means there is no store, because the
   * cache is closed or the store cannot be opened, which the next call tries again.
   */
  open(): Awaitable<Opened | undefined>;
  /**
   * Opens the store as `open` does, for whoever looks after it.
   *
   * @throws {LlmcacheError} if the cache is closed; else what opening it throws.
   */
  reach(): Promise<Opened>;
  /** Keeps `close` waiting until a write has settled. */
  track<T>(write: Promise<T>): Promise<T>;
  /** Waits for writes under way and closes the store, if it is this cache's own. */
  close(): Promise<void>;
}

/** Caches on the same store share its flights: one call for all of them. */
const flightsOf = new WeakMap<
  CacheStore,
  Pick<Opened, "calls" | "asks" | "landings" | "past" | "savings" | "claimed">
>();

/** Prepares the core of a cache; nothing is opened yet. */
export function createCore(settings: Settings): Core {
  const writes = new Set<Promise<unknown>>();
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let own: CacheStore | undefined;
  let closed = false;

  async function open(): Promise<Opened> {
    const store = await openStore();
    const hash = await sha256();
    let flights = flightsOf.get(store);
    if (!flights) {
      flights = {
        calls: createFlights((chunk) => chunk.length),
        asks: createFlights((piece) => piece.line?.length ?? 0),
        landings: createLandings(),
        past: createPast(),
        savings: createSavings(store),
        claimed: new Set(),
      };
      flightsOf.set(store, flights);
    }
    opened = { store: guardStore(store, settings.storeTimeout, settings.wait), hash, ...flights };
    return opened;
  }

  async function openStore(): Promise<CacheStore> {
    if (settings.store) return settings.store;
    const { dir, maxBytes } = settings;
    if (dir === undefined) return await sharedDefaultStore(maxBytes);
    return own = await openDefaultStore({ dir, maxBytes });
  }

  function reach(): Promise<Opened> {
    opening ??= open().catch((error) => {
      opening = undefined;
      tell(settings.onEvent, { status: "fault", operation: "open", error });
      throw error;
    });
    return opening;
  }

  return {
    open() {
      if (closed || opened) return closed ? undefined : opened;
      return reach().catch(() => undefined);
    },
    async reach() {
      if (!closed) return await reach();
      throw new LlmcacheError("llmcache_closed", "llmcache: this cache is closed.");
    },
    track(write) {
      writes.add(write);
      const settled = () => writes.delete(write);
      write.then(settled, settled);
      return write;
    },
    async close() {
      closed = true;
      // A write may have begun another.
      while (writes.size > 0) await Promise.allSettled([...writes]);
      await opened?.savings.flush();
      await opened?.savings.flush();
      try {
        await own?.close?.();
      } catch (error) {
        tell(settings.onEvent, { status: "fault", operation: "close", error });
      }
    },
  };
}
