/**
 * Bytes for the body of a Response that no one else must be able to change: a store may give the same
 * array to several hits.
 *
 * `new Response(bytes)` takes a copy, as the Fetch standard has it ("extract a body"), in all runtimes. What
 * test environments put in its place may not: happy-dom 21 hands on the very memory. So each kind of
 * Response is tried once, and gets a copy until it is known.
 *
 * @module
 */

const copies = new WeakMap<typeof Response, boolean>();

/** Gives the bytes where this Response copies them itself, else a copy. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const kind = globalThis.Response;
  const isSafe = copies.get(kind);
  if (isSafe) return bytes;
  if (isSafe === undefined) void probe(kind);
  return bytes.slice();
}

async function probe(kind: typeof Response): Promise<void> {
  copies.set(kind, false);
  try {
    const given = new Uint8Array(1);
    const response = new kind(given);
    given[0] = 1;
    const [first] = new Uint8Array(await response.arrayBuffer());
    copies.set(kind, first === 0);
  } catch {
    // What cannot be tried gets copies.
  }
}
