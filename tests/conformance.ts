/**
 * `src/store.ts` as a test suite: what every store must do, whatever it is made of. Published as
 * `@x/llmcache/testing`, so that a store of your own can be tested with it.
 *
 * The runner is injected, so that the suite runs in every engine, browsers included. It needs nothing
 * but web standards.
 *
 * @module
 */

import type { Awaitable, CacheStore, Claim } from "../src/store.ts";
import { check } from "./bytes.ts";
import { type Case, listing, type Place, reading, sharing, writing } from "./conformance-cases.ts";
import { claims, sharedClaims } from "./conformance-claims.ts";
import { damage, damagedPlaces, obstructedPlaces, otherKinds } from "./conformance-places.ts";
import { ledgers, sharedLedgers } from "./conformance-ledger.ts";
import { getsMany, heads } from "./conformance-reads.ts";
import { tidying } from "./conformance-tidy.ts";
import { sharedTouches, touching, touchingAndTrimming, trimming } from "./conformance-trim.ts";

export type { Awaitable, CacheStore, Claim, Place };

/** A verb that a store may lack. */
export type Ability = "head" | "getMany" | "claim" | "tidy" | "touch" | "trim" | "ledger";

/** What a place may be able to do for the suite. */
export type Hook = "damage" | "obstruct" | "openOther";

/** What the suite must be told of a store. */
export interface StoreConformance {
  /** Registers a test: `test` of `node:test`, `bun:test` or vitest, `Deno.test`, or the like. */
  readonly test: (name: string, run: () => Promise<void>) => unknown;
  /** The store's name, which stands in the name of each test. */
  readonly name: string;
  /** Makes a new and empty place for one test. */
  readonly place: () => Awaitable<Place>;
  /** Whether all instances on one place hold the same, also after they were closed. */
  readonly durable: boolean;
  /** Which of the optional verbs the store has; that it has no other is tested too. Default none. */
  readonly abilities?: readonly Ability[] | undefined;
  /** Which of these its places have; that they have no other is tested too. Default none. */
  readonly hooks?: readonly Hook[] | undefined;
}

/**
 * Registers a test for each thing a store must do. Every test gets a place of its own, and fails by an
 * error that says what was not as it must be.
 *
 * @param suite the runner, and what to expect of the store. What it lacks is declared, never skipped
 *   in silence.
 *
 * @example A store of your own, in a file for `node --test`, `bun test`, `deno test` or `vitest`
 * ```ts
 * import { memoryStore } from "@x/llmcache/memory";
 * import { type StoreConformance, storeConformance } from "@x/llmcache/testing";
 *
 * // `test` is that of node:test, bun:test or vitest, or Deno.test.
 * export function testMyStore(test: StoreConformance["test"]) {
 *   storeConformance({
 *     test,
 *     name: "mine",
 *     durable: false,
 *     abilities: ["head", "getMany", "claim"],
 *     place: () => ({ open: () => memoryStore() }),
 *   });
 * }
 * ```
 */
export function storeConformance(suite: StoreConformance): void {
  const { abilities = [], hooks = [] } = suite;
  const has = (ability: Ability) => abilities.includes(ability);
  const can = (hook: Hook) => hooks.includes(hook);
  const cases = {
    "it has the abilities it is said to have": expectDeclared(abilities, hooks),
    ...reading,
    ...writing,
    ...listing,
    ...damage,
    ...(has("head") && heads),
    ...(has("getMany") && getsMany),
    ...(has("claim") && claims),
    ...(has("tidy") && tidying),
    ...(has("touch") && touching),
    ...(has("trim") && trimming),
    ...(has("touch") && has("trim") && touchingAndTrimming),
    ...(has("ledger") && ledgers),
    ...(suite.durable && sharing),
    ...(suite.durable && has("claim") && sharedClaims),
    ...(suite.durable && has("touch") && has("trim") && sharedTouches),
    ...(suite.durable && has("ledger") && sharedLedgers),
    ...(can("damage") && damagedPlaces),
    ...(can("obstruct") && obstructedPlaces),
    ...(can("openOther") && otherKinds),
  };
  for (const [name, run] of Object.entries(cases)) {
    suite.test(`store ${suite.name}: ${name}`, () => withStore(suite, run));
  }
}

const ABILITIES = ["head", "getMany", "claim", "tidy", "touch", "trim", "ledger"] as const;

function expectDeclared(abilities: readonly Ability[], hooks: readonly Hook[]): Case {
  return (store, place) => {
    for (const verb of ABILITIES) {
      const isDeclared = abilities.includes(verb);
      check((store[verb] !== undefined) === isDeclared, `\`${verb}\` is not as declared`);
    }
    for (const hook of ["damage", "obstruct", "openOther"] as const) {
      const isDeclared = hooks.includes(hook);
      check((place[hook] !== undefined) === isDeclared, `\`${hook}\` is not as declared`);
    }
    return Promise.resolve();
  };
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
