/** What must hold of a pack, however it is damaged. */

import assert from "node:assert/strict";
import { memoryStore } from "../adapters/memory.ts";
import { areEqual, joinBytes } from "../src/bytes/bytes.ts";
import { unpack, type Unpacked } from "../src/pack.ts";
import { BLOCK } from "../src/pack/tar.ts";
import { contentOf, type Packed, streamOf } from "./packs.ts";
import type { Random } from "./soak/random.ts";

/** A damaged pack, and what of the whole one is still there in one piece. */
export interface Damaged {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** From where to where the whole one was touched. */
  readonly from: number;
  readonly to: number;
}

/** A way a pack is damaged. */
export type Damage = (pack: Uint8Array, random: Random) => Damaged;

/** Puts other bytes in the place of some. */
export const splice = (
  what: string,
  pack: Uint8Array,
  from: number,
  to: number,
  by: Uint8Array,
): Damaged => ({
  what: `${what} ${from}–${to}`,
  bytes: joinBytes([pack.subarray(0, from), by, pack.subarray(to)]),
  from,
  to,
});

/** A range, in half of the cases of whole blocks. */
function range(pack: Uint8Array, random: Random, most: number): [number, number] {
  const unit = random.chance(0.5) ? BLOCK : 1;
  const from = Math.floor(random.below(pack.length) / unit) * unit;
  const length = (1 + random.below(most / unit)) * unit;
  return [from, Math.min(pack.length, from + length)];
}

const noise = (length: number, random: Random) =>
  new Uint8Array(length).map(() => random.below(256));

/** The ways. */
export const damages: Record<string, Damage> = {
  flip(pack, random) {
    const at = random.below(pack.length);
    return splice("flipped", pack, at, at + 1, Uint8Array.of(pack[at]! ^ (1 << random.below(8))));
  },
  zero(pack, random) {
    const [from, to] = range(pack, random, 8000);
    return splice("zeros", pack, from, to, new Uint8Array(to - from));
  },
  noise(pack, random) {
    const [from, to] = range(pack, random, 8000);
    return splice("noise", pack, from, to, noise(to - from, random));
  },
  lose(pack, random) {
    const [from, to] = range(pack, random, 8000);
    return splice("lost", pack, from, to, new Uint8Array());
  },
  insert(pack, random) {
    const [at] = range(pack, random, 1000);
    return splice("inserted", pack, at, at, noise(1 + random.below(3000), random));
  },
  repeat(pack, random) {
    const [from, to] = range(pack, random, 8000);
    return splice("repeated", pack, to, to, pack.slice(from, to));
  },
  overwrite(pack, random) {
    const [from, to] = range(pack, random, 6000);
    const other = random.below(pack.length - (to - from));
    return splice(`with ${other}`, pack, from, to, pack.slice(other, other + to - from));
  },
  truncate(pack, random) {
    return splice("cut", pack, random.below(pack.length), pack.length, new Uint8Array());
  },
};

/** Brings a damaged pack into an empty store, and holds what became of it against the whole one. */
export async function survive(
  { content, places, bytes: whole }: Packed,
  damaged: Damaged,
): Promise<Unpacked> {
  const { what, bytes, from, to } = damaged;
  const store = memoryStore();
  const report = await unpack(store, streamOf([bytes]));
  const came = await contentOf(store);
  for (const [key, value] of came) {
    assert.ok(areEqual(content.get(key) ?? null, value), `${what}: ${key} is another entry`);
  }
  for (const place of places) {
    const isTouched = from < place.to && to > place.from;
    // What is put in at the very beginning or end of an entry does not touch it.
    if (!isTouched) assert.ok(came.has(place.key), `${what}: ${place.key} is whole and lost`);
  }
  const lost = content.size - came.size;
  assert.equal(report.stored, came.size, what);
  if (lost > 0) {
    assert.ok(!report.complete, `${what}: ${lost} lost and not a word`);
    assert.ok(report.missing + report.problems.length > 0, what);
  }
  if (areEqual(whole, bytes)) assert.ok(report.complete, what);
  return report;
}

/** Damages a pack in so many ways, chosen by a seed. */
export async function surviveAll(packed: Packed, random: Random, rounds: number): Promise<void> {
  const kinds = Object.values(damages);
  for (let round = 0; round < rounds; round++) {
    const damaged = kinds[round % kinds.length]!(packed.bytes, random);
    await survive(packed, { ...damaged, what: `round ${round}, ${damaged.what}` });
  }
}

/** Flips a bit of every `step`th byte, and cuts the pack there. */
export async function surviveEach(packed: Packed, step: number): Promise<void> {
  const { bytes, places } = packed;
  for (let at = 0; at < bytes.length; at += step) {
    const flipped = Uint8Array.of(bytes[at]! ^ (1 << at % 8));
    await survive(packed, splice("flipped", bytes, at, at + 1, flipped));
    const cut = splice("cut", bytes, at, bytes.length, new Uint8Array());
    const { complete } = await survive(packed, cut);
    if (at < places.at(-1)!.to) assert.ok(!complete, cut.what);
  }
}
