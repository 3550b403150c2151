/** Ways to cut bytes into chunks: what is made of them must always be the same. */

import fc from "fast-check";

/** Whole, byte by byte, and with empty chunks among them. */
export function plainCuts(bytes: Uint8Array): Uint8Array[][] {
  const single = [...bytes.keys()].map((at) => bytes.slice(at, at + 1));
  return [[bytes], single, single.flatMap((byte) => [new Uint8Array(0), byte])];
}

/** The bytes cut at random. */
export function randomCuts(bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  return fc.array(fc.nat(bytes.length), { maxLength: 12 }).map((places) => {
    const ends = [...places, bytes.length].sort((a, b) => a - b);
    return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
  });
}
