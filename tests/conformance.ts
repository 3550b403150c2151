/**
 * `src/store.ts` as a test suite: what every store must do, whatever it is made of.
 *
 * The runner is injected, so that the suite runs in every engine, browsers included. It needs nothing
 * but web standards.
 *
 * @module
 */

import type { Awaitable } from "../src/store.ts";
import { check } from "./bytes.ts";
import { type Case, listing, type Place, reading, sharing, writing } from "./conformance-cases.ts";
import { claims, sharedClaims } from "./conformance-claims.ts";
import { getsMany, heads } from "./conformance-reads.ts";

export type { Place };

/** A verb that a store may lack. */
export type Ability = "head" | "getMany" | "claim";

/** What the suite must be told of a store. */
export interface StoreConformance {
  /** Registers a test: `test` of `node:test`, `Deno.test` or the like. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** The store's name, which begins the name of each test. */
  readonly name: string;
  /** Makes a new and empty place for one test. */
  readonly place: () => Awaitable<Place>;
  /** Whether all instances on one place hold the same, also after they were closed. */
  readonly durable: boolean;
  /** Which of the optional verbs the store has; that it has no other is tested too. */
  readonly abilities: readonly Ability[];
}

/** Registers the suite for one store. */
export function storeConformance(suite: StoreConformance): void {
  const has = (ability: Ability) => suite.abilities.includes(ability);
  const cases = {
    ...reading,
    ...writing,
    ...listing,
    ...(has("head") && heads),
    ...(has("getMany") && getsMany),
    ...(has("claim") && claims),
    ...(suite.durable && sharing),
    ...(suite.durable && has("claim") && sharedClaims),
  };
  suite.test(`${suite.name}: has the abilities it is said to have`, () =>
    withStore(suite, (store) => {
      for (const ability of ["head", "getMany", "claim"] as const) {
        check((store[ability] !== undefined) === has(ability), `\`${ability}\` is not as declared`);
      }
      return Promise.resolve();
    }));
  for (const [name, run] of Object.entries(cases)) {
    suite.test(`${suite.name}: ${name}`, () => withStore(suite, run));
  }
}

async function withStore(suite: StoreConformance, run: Case): Promise<void> {
  const place = await suite.place();
  try {
    const store = await place.open();
    await run(store, place);
    await store.close?.();
  } finally {
    await place.remove?.();
  }
}
