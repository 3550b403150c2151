/**
 * Finds and removes what is damaged in a store.
 *
 * @module
 */

import { areEqual } from "../bytes/bytes.ts";
import type { GuardedStore, OnFault } from "../guard/guard.ts";
import { type ProgressOptions, tellProgress } from "./progress.ts";
import { judgeValue, type Soundness } from "./soundness.ts";

/** What was found in a store. */
export interface Verified {
  /** How many entries are sound. */
  readonly entries: number;
  /** How many bytes they take. */
  readonly bytes: number;
  /** How many were damaged. */
  readonly damaged: number;
  /** The keys of those that were damaged and are removed now, the first 1 000. */
  readonly removed: readonly string[];
  /** How many are of another version of this library. They are left as they are. */
  readonly otherVersions: number;
  /** How many could not be read. They are left as they are. */
  readonly unreadable: number;
  /** How many things were removed that writers had left behind, such as files half written. */
  readonly leftovers: number;
}

/** How many keys are told. */
export const MOST_KEYS = 1000;

/** A writer that is still at work after so many milliseconds has come to no end. */
const LEFT_BEHIND = 600_000;

/** What becomes of a key. */
type Outcome = Soundness | "removed" | "unreadable" | "gone";

/** Goes through a store. */
export async function verifyStore(
  store: GuardedStore,
  onFault: OnFault,
  now: number,
  options: ProgressOptions,
): Promise<Verified> {
  const count = { sound: 0, damaged: 0, removed: 0, "other-version": 0, unreadable: 0, gone: 0 };
  const removed: string[] = [];
  let [bytes, done, read] = [0, 0, 0];
  for await (const keys of store.keys(onFault)) {
    for (const key of keys) {
      const { outcome, size } = await verifyEntry(store, key, onFault);
      count[outcome]++;
      read += size;
      if (outcome === "sound") bytes += size;
      if (outcome === "removed" && removed.length < MOST_KEYS) removed.push(key);
      tellProgress(options, { entries: ++done, bytes: read });
    }
  }
  return {
    entries: count.sound,
    bytes,
    damaged: count.damaged + count.removed,
    removed,
    otherVersions: count["other-version"],
    unreadable: count.unreadable,
    leftovers: await store.tidy(now - LEFT_BEHIND, onFault),
  };
}

async function verifyEntry(
  store: GuardedStore,
  key: string,
  onFault: OnFault,
): Promise<{ outcome: Outcome; size: number }> {
  let failed = false;
  const noted: OnFault = (fault) => {
    failed = true;
    onFault(fault);
  };
  const read = async () => (await store.get(key, noted))?.bytes;
  for (let value = await read();;) {
    if (!value) return { outcome: failed ? "unreadable" : "gone", size: 0 };
    const size = value.length;
    const soundness = judgeValue(key, value);
    if (soundness !== "damaged") return { outcome: soundness, size };
    // Someone may have recorded it anew meanwhile.
    const again = await read();
    if (again && areEqual(again, value)) {
      const isGone = await store.remove(key, noted);
      return { outcome: isGone ? "removed" : "damaged", size };
    }
    value = again;
  }
}
