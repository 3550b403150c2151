/** Layered stores whose layers tell what they are asked. */

import { layeredStore } from "../adapters/layered.ts";
import { memoryStore } from "../adapters/memory.ts";
import type { CacheStore } from "../src/store.ts";

/** The verbs of a store, whatever they take. */
export type Verbs = { [verb: string]: (...args: never[]) => unknown };

/** A store in memory that tells what it is asked, and whose verbs a test may replace. */
function scripted(name: string, calls: string[], verbs: Verbs = {}): CacheStore {
  const store = { ...memoryStore(), ...verbs } as unknown as Verbs;
  const entries = Object.entries(store).filter(([, act]) => act !== undefined).map((
    [verb, act],
  ) => [
    verb,
    (...args: never[]) => {
      calls.push(`${name} ${verb}`);
      return act(...args);
    },
  ]);
  return Object.fromEntries(entries) as unknown as CacheStore;
}

export interface Layers {
  readonly fast: CacheStore;
  readonly slow: CacheStore;
  readonly store: CacheStore;
  /** What was asked since it was last told. */
  readonly told: () => string;
}

/** Two such stores, and the one of both. */
export function layers(fastVerbs: Verbs = {}, slowVerbs: Verbs = {}): Layers {
  const calls: string[] = [];
  const fast = scripted("fast", calls, fastVerbs);
  const slow = scripted("slow", calls, slowVerbs);
  const told = () => calls.splice(0).join(", ");
  return { fast, slow, store: layeredStore(fast, slow), told };
}
