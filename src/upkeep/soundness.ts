/**
 * Whether a stored value is a sound entry: for those who go through all of a store, not for a hit.
 *
 * @module
 */

import { ENTRY_VERSION, parseEntry } from "../entry.ts";

/** `other-version`: what another version of this library has written, which is no damage. */
export type Soundness = "sound" | "damaged" | "other-version";

const VERSION = /^\{"llmcache":(\d+),/;

/** Judges a whole value. */
export function judgeValue(key: string, value: Uint8Array): Soundness {
  const entry = parseEntry(value, Infinity, key);
  if (entry !== null && typeof entry !== "number") return "sound";
  const [, version] = VERSION.exec(new TextDecoder().decode(value.subarray(0, 40))) ?? [];
  return version === undefined || Number(version) === ENTRY_VERSION ? "damaged" : "other-version";
}
