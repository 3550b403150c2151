import assert from "node:assert/strict";
import { test } from "node:test";
import { createClaims } from "../adapters/claims.ts";
import { addUp } from "../src/upkeep/savings.ts";
import type { CacheStore, DaySavings } from "../src/store.ts";
import { type Place, storeConformance } from "./conformance.ts";
import { movable } from "./places.ts";
import { type Wrong, wrongs } from "./wrong-stores.ts";

/** A place in memory, of stores that are right in all but what is wrong. */
function placeOf(wrong: Wrong, wrongPlace: Partial<Place> = {}): Place {
  const values = new Map<string, Uint8Array>();
  let days: DaySavings[] = [];
  const { now, advance } = movable();
  const { claim } = createClaims(now);
  let isObstructed = false;
  const place: Place = {
    advance,
    open() {
      const get = (key: string) => {
        if (isObstructed) throw new Error("obstructed");
        return values.get(key)?.slice() ?? null;
      };
      const store: Required<CacheStore> = {
        get,
        set(key, value) {
          if (isObstructed) throw new Error("obstructed");
          values.delete(key);
          values.set(key, value.slice());
        },
        delete: (key) => void values.delete(key),
        async *keys() {
          yield* [...values.keys()];
        },
        close() {},
        head: (key, bytes) => get(key)?.slice(0, bytes) ?? null,
        getMany: (keys) => keys.map(get),
        claim,
        tidy: () => 0,
        touch(key) {
          const value = values.get(key);
          if (!value) return;
          values.delete(key);
          values.set(key, value);
        },
        trim(maxBytes) {
          let held = [...values.values()].reduce((sum, { length }) => sum + length, 0);
          let [entries, bytes] = [0, 0];
          for (const [key, { length }] of values) {
            if (held <= maxBytes) break;
            values.delete(key);
            held -= length;
            entries++;
            bytes += length;
          }
          return { entries, bytes };
        },
        ledger: {
          add: (savings) => void (days = addUp([...days, savings])),
          read: () => days,
        },
      };
      return { ...store, ...wrong(store, values) };
    },
    damage: (key) => void values.set(key, values.get(key)!.slice(9)),
    obstruct() {
      isObstructed = true;
      return () => void (isObstructed = false);
    },
    openOther: () => place.open(),
    ...wrongPlace,
  };
  return place;
}

/** The cases that fail, of those whose name has a text in it. */
async function failures(of: string, place: () => Place): Promise<string[]> {
  const all: [string, () => Promise<void>][] = [];
  storeConformance({
    test: (name, run) => all.push([name, run]),
    name: "x",
    durable: true,
    abilities: ["head", "getMany", "claim", "tidy", "touch", "trim", "ledger"],
    hooks: ["damage", "obstruct", "openOther"],
    place,
  });
  const failed: string[] = [];
  for (const [name, run] of all.filter(([name]) => name.includes(of))) {
    await run().catch(() => failed.push(name.slice("store x: ".length)));
  }
  return failed;
}

test("conformance: a store that is right passes, and every wrong one is found", async () => {
  assert.deepEqual(await failures("", () => placeOf(() => ({}))), []);
  const missed: string[] = [];
  for (const [at, [name, wrong]] of wrongs.entries()) {
    const failed = await failures(name, () => placeOf(wrong));
    if (failed.length === 0) missed.push(`number ${at}: ${name}`);
  }
  assert.deepEqual(missed, []);
});

test("conformance: a place that is not as declared is found", async () => {
  const missing = () => placeOf(() => ({}), { obstruct: undefined as never });
  assert.deepEqual(await failures("it has the abilities", missing), [
    "it has the abilities it is said to have",
  ]);
});

test("conformance: every case is shown to find something", () => {
  const names: string[] = [];
  storeConformance({
    test: (name) => names.push(name),
    name: "x",
    durable: true,
    abilities: ["head", "getMany", "claim", "tidy", "touch", "trim", "ledger"],
    hooks: ["damage", "obstruct", "openOther"],
    place: () => placeOf(() => ({})),
  });
  const unproven = names.filter((name) => !wrongs.some(([part]) => name.includes(part)));
  // These ask for what is hard to get wrong alone.
  assert.deepEqual(unproven.map((name) => name.slice("store x: ".length)), [
    "the same value again is no error",
    "a listing may be left early",
  ]);
});
