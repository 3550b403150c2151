/**
 * What was read from a directory a moment ago, so that a burst of hits reads it once.
 *
 * Nothing else than time bounds how old it may be: to ask the file takes a system call, and on a
 * virtual machine one alone (`stat`, 22 µs behind an SDK) costs half of what the SDK does itself.
 *
 * @module
 */

/** For so long another process may have replaced or removed what is given, in milliseconds. */
const MOMENT = 100;
/** The longest that is held, in bytes; it is what the first read of a hit asks for, and a little. */
const LONGEST = 1 << 15;
/** Together at most 8 MiB. */
const MOST = 256;

interface Head {
  readonly dir: string;
  readonly asked: number;
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** By key, for all directories: two with the same entry take turns. */
const heads = new Map<string, Head>();

/** Gives what was read a moment ago, the very array; `undefined` where nothing was. */
export function heldHead(
  dir: string,
  key: string,
  asked: number,
  now: number,
): Uint8Array | undefined {
  const head = heads.get(key);
  if (!head || head.asked !== asked || head.dir !== dir) return undefined;
  const age = now - head.at;
  return age >= 0 && age < MOMENT ? head.bytes : undefined;
}

/** Holds what was read. */
export function holdHead(
  dir: string,
  key: string,
  asked: number,
  now: number,
  bytes: Uint8Array,
): void {
  heads.delete(key);
  if (bytes.length > LONGEST) return;
  heads.set(key, { dir, asked, bytes, at: now });
  for (const oldest of heads.keys()) {
    if (heads.size <= MOST) break;
    heads.delete(oldest);
  }
}

/** Holds no longer what has changed. */
export function dropHead(key: string): void {
  heads.delete(key);
}
