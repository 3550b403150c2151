/**
 * Looking after what a cache keeps.
 *
 * Calls go on whatever becomes of the store; whoever looks after it is told, so these functions throw.
 *
 * @module
 */

import { checkOptions } from "./options/check-options.ts";
import type { Core } from "./core.ts";
import type { Headline } from "./entry.ts";
import { type EntryFilter, type EntryInfo, readFilter, toInfo } from "./upkeep/entry-info.ts";
import { LlmcacheError } from "./errors.ts";
import { faultTeller } from "./exchange.ts";
import type { GuardedStore, OnFault } from "./guard/guard.ts";
import { listLines } from "./upkeep/listing.ts";
import { type ProgressOptions, progressRules } from "./upkeep/progress.ts";
import type { Settings } from "./options/settings.ts";
import { type CacheStats, createCount } from "./upkeep/stats.ts";
import { type Verified, verifyStore } from "./upkeep/verify.ts";

/** What can be done with all that a cache keeps, whichever face it is asked of. */
export interface Upkeep {
  /**
   * Lists the entries of the store, in no order. It reads the first line of each, no answers and no requests:
   * 100 000 entries of a directory take two to five seconds.
   *
   * @param filter which entries; without it all.
   * @returns the entries one after the other; what is damaged is left out.
   * @throws {TypeError} naming what is wrong with the filter. The iteration rejects where the store
   *   cannot be opened or cannot list.
   */
  entries(filter?: EntryFilter): AsyncIterable<EntryInfo>;
  /**
   * Counts what the store holds, and tells what hits saved.
   *
   * @returns the sums, in all and by models.
   * @throws what the store throws that cannot be opened or cannot list.
   */
  stats(): Promise<CacheStats>;
  /**
   * Removes entries.
   *
   * @param filter which entries; without it all that is in the store, whoever recorded it, damaged or not.
   * @returns how many were removed.
   * @throws {TypeError} naming what is wrong with the filter; {@linkcode LlmcacheError} where something is
   *   still there that was to be removed.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache();
   * const tidy = () => cache.clear({ namespace: "experiment-7", olderThan: "30d" });
   * ```
   */
  clear(filter?: EntryFilter): Promise<number>;
  /**
   * Reads every entry, removes what is damaged, and what writers have left behind that were killed.
   *
   * @param options `onProgress`.
   * @returns what was found.
   * @throws {TypeError} naming an option that is wrong; what the store throws that cannot be opened or
   *   cannot list.
   */
  verify(options?: ProgressOptions): Promise<Verified>;
}

/** Makes the functions of one face. */
export function createUpkeep(core: Core, settings: Settings): Upkeep {
  /** Takes a fault that ends a listing early, and throws it when that has ended. */
  function watch(): { readonly onFault: OnFault; check(): void } {
    const tell = faultTeller(settings);
    const faults: unknown[] = [];
    return {
      onFault(fault) {
        if (fault.operation === "keys") faults.push(fault.error);
        tell(fault);
      },
      check() {
        if (faults.length > 0) throw faults[0];
      },
    };
  }

  async function* lines(): AsyncGenerator<Headline | null> {
    const { store } = await core.reach();
    const { onFault, check } = watch();
    yield* listLines(store, onFault);
    check();
  }

  async function* entries(isMeant?: (entry: Headline) => boolean): AsyncGenerator<EntryInfo> {
    for await (const line of lines()) {
      if (line && (!isMeant || isMeant(line))) yield toInfo(line);
    }
  }

  async function* keysOf(
    store: GuardedStore,
    isMeant: ((entry: Headline) => boolean) | undefined,
    onFault: OnFault,
  ): AsyncGenerator<string> {
    if (!isMeant) {
      for await (const keys of store.keys(onFault)) yield* keys;
      return;
    }
    for await (const line of listLines(store, onFault)) {
      if (line && isMeant(line)) yield line.recording.key;
    }
  }

  return {
    entries: (filter = {}) => entries(readFilter(filter, "entries()", settings.now())),
    async stats() {
      const count = createCount();
      for await (const line of lines()) count.add(line);
      const { savings } = await core.reach();
      return { ...count.sums(), saved: await savings.report(settings.now()) };
    },
    async clear(filter = {}) {
      const isMeant = readFilter(filter, "clear()", settings.now());
      const { store } = await core.reach();
      const { onFault, check } = watch();
      let [removed, failed] = [0, 0];
      for await (const key of keysOf(store, isMeant, onFault)) {
        if (await store.remove(key, onFault)) removed++;
        else failed++;
      }
      check();
      if (failed === 0) return removed;
      throw notRemoved(removed, failed);
    },
    async verify(options = {}) {
      checkOptions(options, progressRules, "verify()");
      const { store } = await core.reach();
      const { onFault, check } = watch();
      const verified = await verifyStore(store, onFault, settings.now(), options);
      check();
      return verified;
    },
  };
}

function notRemoved(removed: number, failed: number): LlmcacheError {
  return new LlmcacheError(
    "llmcache_not_removed",
    `llmcache: ${removed} entries are removed; ${failed} could not be, and are still there. ` +
      "Each failure is told to `onEvent`.",
  );
}
