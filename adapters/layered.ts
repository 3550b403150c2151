/**
 * A fast store before a slow one: memory before a KV, a database on the network, a browser's database.
 *
 * @module
 */

import type { Awaitable, CacheStore, Trimmed } from "../src/store.ts";
import { quietly } from "./file-verbs.ts";
import { describe } from "./options.ts";

/** Marks a value on its way from the slow store to the fast one. */
type Fill = Record<never, never>;

type Found = Uint8Array | null;

/**
 * Puts a fast store before a slow one. What is read comes from the fast one where it has it, else from
 * the slow one, and is kept in the fast one for the next time. What is written goes to both, the slow
 * one first. The slow one decides what there is; the fast one may be small, forget and fail.
 *
 * What another process replaces or deletes in the slow store is seen once the fast one forgot it.
 *
 * @param fast the store that is asked first, such as `memoryStore()`.
 * @param slow the store that holds everything.
 * @returns a store that answers at once what the fast one answers at once, and that has `getMany` and
 *   `claim` where the slow one has them. Closing it closes both.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 * import { layeredStore } from "@x/llmcache/layered";
 * import { memoryStore } from "@x/llmcache/memory";
 * import { nodeFsStore } from "@x/llmcache/node-fs";
 *
 * const store = layeredStore(memoryStore(), nodeFsStore({ dir: ".cache" }));
 * const cache = createCache({ store });
 * ```
 */
export function layeredStore(fast: CacheStore, slow: CacheStore): CacheStore {
  checkStores({ fast, slow });
  const turns = createTurns();
  const fills = createFills(fast, turns);

  const change = (key: string, inSlow: () => Awaitable<void>, inFast: () => Awaitable<void>) =>
    turns.take(key, async () => {
      await inSlow();
      fills.stop(key);
      await inFast();
    });

  async function readMany(keys: readonly string[]): Promise<Found[]> {
    const own = keys.map((key) => firstOf(() => fast.get(key), nothing));
    const found = await Promise.all(own);
    const missing = keys.filter((_, at) => found[at] === null);
    if (missing.length === 0) return found;
    let asking: Promise<readonly Found[]> | undefined;
    const ask = async () => await slow.getMany!(missing);
    const fetched = missing.map((key, at) =>
      fills.from(key, async () => (await (asking ??= ask()))[at]!, () => true)
    );
    const rest = (await Promise.all(fetched)).values();
    return found.map((value) => value ?? rest.next().value ?? null);
  }

  return {
    get: (key) =>
      firstOf(() => fast.get(key), () => fills.from(key, () => slow.get(key), () => true)),
    head(key, bytes) {
      // Less than was asked for is all there is; so is what a store without `head` gives.
      const isWhole = (value: Uint8Array) => !slow.head || value.length < bytes;
      return firstOf(
        () => headOf(fast, key, bytes),
        () => fills.from(key, () => headOf(slow, key, bytes), isWhole),
      );
    },
    set: (key, value) => change(key, () => slow.set(key, value), () => replaceIn(fast, key, value)),
    delete: (key) => change(key, () => slow.delete(key), () => fast.delete(key)),
    keys: () => slow.keys(),
    ...(slow.getMany && { getMany: (keys) => readMany(keys) }),
    ...((fast.tidy ?? slow.tidy) && {
      tidy: async (before) => (await fast.tidy?.(before) ?? 0) + (await slow.tidy?.(before) ?? 0),
    }),
    ...((fast.touch ?? slow.touch) && { touch: (key) => touchBoth(fast, slow, key) }),
    ...(slow.trim && { trim: (maxBytes) => trimBoth(fast, slow, maxBytes) }),
    ...(slow.ledger && { ledger: slow.ledger }),
    ...(slow.claim && { claim: (key, ms) => slow.claim!(key, ms) }),
    async close() {
      await quietly(() => fast.close?.());
      await slow.close?.();
    },
  };
}

interface Fills {
  /** Reads from the slow store, and keeps what is whole in the fast one. */
  from(
    key: string,
    read: () => Awaitable<Found>,
    isWhole: (value: Uint8Array) => boolean,
  ): Promise<Found>;
  /** Lets what is being read not be kept: it is no longer what the slow store has. */
  stop(key: string): void;
}

function createFills(fast: CacheStore, turns: Turns): Fills {
  const latest = new Map<string, Fill>();
  return {
    async from(key, read, isWhole) {
      const mine: Fill = {};
      latest.set(key, mine);
      try {
        const value = await read();
        // A change of this key that is under way, or was since the value was read, knows better.
        const isLatest = latest.get(key) === mine && !turns.isBusy(key);
        if (value && isLatest && isWhole(value)) {
          await turns.take(key, () => quietly(() => fast.set(key, value)));
        }
        return value;
      } finally {
        if (latest.get(key) === mine) latest.delete(key);
      }
    },
    stop: (key) => void latest.delete(key),
  };
}

function checkStores(stores: Record<string, CacheStore>): void {
  const verbs = ["get", "set", "delete", "keys"] as const;
  for (const [name, store] of Object.entries(stores)) {
    if (verbs.every((verb) => typeof store?.[verb] === "function")) continue;
    throw new TypeError(`layeredStore: \`${name}\` must be a store; it is ${describe(store)}.`);
  }
}

/** What the fast store answers, at once if it does; what the slow one has, where that is nothing. */
function firstOf(ask: () => Awaitable<Found>, other: () => Promise<Found>): Awaitable<Found> {
  try {
    const found = ask();
    if (found instanceof Uint8Array) return found;
    if (found === null) return other();
    return Promise.resolve(found).catch(() => null)
      .then((value) => value instanceof Uint8Array ? value : other());
  } catch {
    return other();
  }
}

const nothing = () => Promise.resolve(null);

const headOf = (store: CacheStore, key: string, bytes: number) =>
  store.head ? store.head(key, bytes) : store.get(key);

/** What the fast one answers is of use in the slow one too, which would let go of it else. */
async function touchBoth(fast: CacheStore, slow: CacheStore, key: string): Promise<void> {
  void quietly(() => fast.touch?.(key));
  await slow.touch?.(key);
}

/** Makes room in the slow one; the fast one forgets what is gone. */
async function trimBoth(fast: CacheStore, slow: CacheStore, maxBytes: number): Promise<Trimmed> {
  const trimmed = await slow.trim!(maxBytes);
  await quietly(async () => {
    for await (const key of fast.keys()) {
      if (await headOf(slow, key, 1) === null) await fast.delete(key);
    }
  });
  return trimmed;
}

/** A fast store that cannot take the new value must not keep the old one. */
async function replaceIn(fast: CacheStore, key: string, value: Uint8Array): Promise<void> {
  try {
    await fast.set(key, value);
  } catch {
    await quietly(() => fast.delete(key));
  }
}

interface Turns {
  /** Acts when whatever was to change the key before has settled; at once where nothing was. */
  take(key: string, act: () => Promise<void>): Promise<void>;
  /** Whether something is changing the key. */
  isBusy(key: string): boolean;
}

/** Lets the changes of one key happen one after the other, so that both stores end alike. */
function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    isBusy: (key) => last.has(key),
    async take(key, act) {
      const before = last.get(key);
      const mine = before ? before.then(act, act) : act();
      last.set(key, mine);
      try {
        await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}
