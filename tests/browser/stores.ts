/** The conformance suite, for every store that browsers have. */

import { indexedDbStore } from "@x/llmcache/indexeddb";
import { layeredStore } from "@x/llmcache/layered";
import { memoryStore } from "@x/llmcache/memory";
import { update } from "idb-keyval";
import type { CacheStore } from "../../src/store.ts";
import { type Ability, type Place, storeConformance } from "../conformance.ts";
import { database, withRecords } from "./database.ts";
import { test } from "./registry.ts";
import { throwOnOpen } from "./spies.ts";

/** What the store can do; off localhost plain http has no Web Locks. */
const abilities: readonly Ability[] = [
  "head",
  "getMany",
  ...(navigator.locks ? ["claim" as const] : []),
];

/**
 * A database of its own; its stores may not be opened, or find a value cut short. It goes with the
 * browser's profile: to remove each would take a third of the time.
 */
function inDatabase(wrap: (store: CacheStore) => CacheStore = (store) => store): Place {
  const { name } = database();
  return {
    open: () => wrap(indexedDbStore({ name })),
    damage: (key) => withRecords(name, (records) => update<Uint8Array>(key, cut, records)),
    obstruct: () => throwOnOpen(new DOMException("no", "SecurityError")),
  };
}

const cut = (value?: Uint8Array) => value!.slice(0, -100);

storeConformance({
  test,
  name: "memory",
  durable: false,
  abilities: ["head", "getMany", "claim"],
  place() {
    let time = 0;
    return { open: () => memoryStore({ now: () => time }), advance: (ms) => void (time += ms) };
  },
});

storeConformance({
  test,
  name: "indexeddb",
  durable: true,
  abilities,
  hooks: ["damage", "obstruct"],
  place: () => inDatabase(),
});

storeConformance({
  test,
  name: "layered (memory, indexeddb)",
  durable: false,
  abilities,
  hooks: ["obstruct"],
  place() {
    const { damage: _, ...place } = inDatabase((store) => layeredStore(memoryStore(), store));
    return place;
  },
});
