/** What the optional `claim` must do. */

import type { CacheStore, Claim } from "../src/store.ts";
import { check, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import type { Case, Place } from "./conformance-cases.ts";

const key = testKey(1);
const LONG = 60_000;

async function claimed(store: CacheStore, name = key, ms = LONG): Promise<Claim> {
  const claim = await store.claim!(name, ms);
  check(claim !== null, "it is said to be held, and nobody holds it");
  return claim;
}

async function expectHeld(store: CacheStore, why: string): Promise<void> {
  check(await store.claim!(key, LONG) === null, why);
}

/** Lets at least so many milliseconds pass for the claims of a place. */
async function pass(store: CacheStore, place: Place, ms: number): Promise<void> {
  if (place.advance) return place.advance(ms + 1);
  // Where the clock is the system's own: when another claim, made now, has expired, they have passed.
  const other = testKey(255, "stream");
  const end = Date.now() + ms + 5_000;
  await claimed(store, other, ms);
  for (let claim: Claim | null = null; !claim; claim = await store.claim!(other, LONG)) {
    check(Date.now() < end, `a claim of ${ms} ms is still held after ${ms + 5_000}`);
    await new Promise((resolve) => void setTimeout(resolve, 1));
  }
}

/** A claim whose time has passed. */
async function expired(store: CacheStore, place: Place): Promise<Claim> {
  const claim = await claimed(store, key, 50);
  await pass(store, place, 50);
  return claim;
}

/** How many of several who claim at once get the claim. */
async function winners(...stores: CacheStore[]): Promise<Claim[]> {
  const many = Array.from({ length: 4 }, () => stores).flat();
  const claims = await Promise.all(many.map((store) => store.claim!(key, LONG)));
  return claims.filter((claim) => claim !== null);
}

/** The optional `claim`. */
export const claims: Record<string, Case> = {
  async "a claim is one's alone until it is released"(store) {
    const claim = await claimed(store);
    await expectHeld(store, "it is given twice");
    await claimed(store, testKey(2));
    await claimed(store, testKey(1, "stream"));
    await claim.release();
    await claimed(store);
  },
  async "of those who claim at once one gets the claim"(store) {
    check((await winners(store)).length === 1, "not one");
  },
  async "claims and values do not hinder each other"(store) {
    const claim = await claimed(store);
    check(await store.get(key) === null, "a claim is taken for a value");
    check((await collect(store.keys())).length === 0, "a claim is listed");
    await store.set(key, patterned(100));
    expectBytes(await store.get(key), patterned(100));
    await store.delete(key);
    await expectHeld(store, "lost when the value was deleted");
    await store.set(key, patterned(10));
    await claim.release();
    expectBytes(await store.get(key), patterned(10));
  },
  async "a renewed claim outlives its ms"(store, place) {
    // On a busy machine the first of them may have expired before it can be renewed.
    for (const [n, ms] of [50, 1_000, 5_000].entries()) {
      const name = testKey(n);
      const claim = await claimed(store, name, ms);
      if (!await claim.renew(LONG)) continue;
      await pass(store, place, ms);
      check(await store.claim!(name, LONG) === null, "it has expired");
      check(await claim.renew(LONG), "it cannot be renewed again");
      return;
    }
    check(false, "it cannot be renewed");
  },
  async "an expired claim is lost, and taken by one only"(store, place) {
    const claim = await expired(store, place);
    check(!await claim.renew(LONG), "it can be renewed");
    const [winner, ...others] = await winners(store);
    check(winner && others.length === 0, `${others.length} others have it too`);
    check(!await claim.renew(LONG), "another's claim can be renewed");
    check(await winner.renew(LONG), "the new claim cannot be renewed");
  },
  async "a late release frees nobody else's claim"(store, place) {
    const late = await expired(store, place);
    const claim = await claimed(store);
    await late.release();
    await expectHeld(store, "freed by another");
    check(await claim.renew(LONG), "lost to another");
  },
  async "a claim may be released twice, and is lost then"(store) {
    const claim = await claimed(store);
    await claim.release();
    check(!await claim.renew(LONG), "a released claim can be renewed");
    await claimed(store);
    await claim.release();
    await expectHeld(store, "freed by whom it no longer belongs to");
  },
};

/** Claims of several instances on one place. */
export const sharedClaims: Record<string, Case> = {
  async "two instances on one place claim from each other"(store, place) {
    const other = await place.open();
    const claim = await claimed(store);
    await expectHeld(other, "both have it");
    await claim.release();
    const [winner, ...others] = await winners(store, other);
    check(winner && others.length === 0, `${others.length} others have it too`);
    check(await winner.renew(LONG), "it cannot be renewed");
    await winner.release();
    const late = await expired(store, place);
    await claimed(other);
    await late.release();
    await expectHeld(store, "freed by another");
    await other.close?.();
  },
};
