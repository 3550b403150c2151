/**
 * Claims in a Deno KV: `["llmcache", "claim", key]` holds whose it is and until when.
 *
 * @module
 */

import type { Claim } from "../src/store.ts";
import { claimAt } from "./kv-format.ts";
import type { PatientKv } from "./kv-patient.ts";
import type { DenoKvEntry } from "./kv-shape.ts";

/** How often others may come between, before it is given up. */
const TRIES = 100;

/** There is no claim: to believe it, and read where it is not so, saves a read. */
const NOTHING: DenoKvEntry = { value: null, versionstamp: null };

/** What is held. */
interface Held {
  /** Whose it is: an id of this claim. */
  readonly id: string;
  /** Until when, in milliseconds since 1970. */
  readonly until: number;
}

/**
 * Claims a key.
 *
 * @param kv the KV.
 * @param now the clock, which all who share the KV must agree on.
 */
export async function claim(
  kv: PatientKv,
  key: string,
  ms: number,
  now: () => number,
): Promise<Claim | null> {
  const place = claimAt(key);
  const id = crypto.randomUUID();

  /** Holds the key, or gives it up, if what is there is still as it was read. */
  function replace({ versionstamp }: DenoKvEntry, ms?: number): Promise<boolean> {
    return kv.commit((change) => {
      change.check({ key: place, versionstamp });
      // The KV sweeps away what nobody gave up, minutes late; so the time is looked at as well.
      if (ms === undefined) change.delete(place);
      else change.set(place, { id, until: now() + ms }, { expireIn: Math.ceil(ms) });
    });
  }

  /** Reads the claim and, if it is this one, replaces it. */
  async function replaceOwn(ms?: number): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const entry = await kv.get(place);
      const held = heldIn(entry, now);
      if (held?.id !== id) return false;
      if (await replace(entry, ms)) return true;
    }
    return false;
  }

  let entry = NOTHING;
  for (let tries = 0; !await replace(entry, ms); tries++) {
    entry = await kv.get(place);
    if (heldIn(entry, now) || tries === TRIES) return null;
  }
  return {
    renew: (ms) => replaceOwn(ms),
    release: async () => void await replaceOwn(),
  };
}

/** Who holds a key, if someone does and the time has not passed. */
function heldIn({ value }: DenoKvEntry, now: () => number): Held | undefined {
  const held = (value ?? {}) as Partial<Held>;
  return now() < Number(held.until) ? held as Held : undefined;
}
