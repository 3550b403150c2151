/**
 * Claims in a directory, which processes on one machine, or on one file system, make to each other:
 *
 * ```text
 * <dir>/claims/<key>/<until>.<uuid>    who holds the key, and until when, in ms since 1970
 * <dir>/claims/.<ms>.<uuid>.tmp/       a claim being made since then, or left by a crash
 * ```
 *
 * A claim is a folder with one empty file, whose name says everything. The folder is made aside and
 * renamed into its place, which fails where another claim lies there: so a claim is never seen without
 * its time. An expired one is removed, a live one renewed, by the name of its file, which nobody else's
 * has: so nobody ever takes away, or prolongs, another's. One file written by `wx` gives neither: it
 * is empty for a moment, and between reading that it has expired and removing it, it may be another's.
 *
 * @module
 */

import type { Awaitable, Claim } from "../src/store.ts";
import { type FileVerbs, isMissing, listIfThere, quietly } from "./file-verbs.ts";
import { checkKey } from "./key.ts";
import { temporaryPath } from "./temporary.ts";

/** How often others may come between, before it is given up. */
const TRIES = 20;

/**
 * The verb of a store in a directory.
 *
 * @param dir the directory's absolute path.
 * @param files the runtime's file verbs.
 * @param now the clock, in milliseconds since 1970, which all who share the directory must agree on.
 */
export function directoryClaims(
  dir: string,
  files: FileVerbs,
  now: () => number,
): (key: string, ms: number) => Promise<Claim | null> {
  const nameFor = (ms: number) => `${Math.ceil(now() + ms)}.${crypto.randomUUID()}`;
  const isLive = (name: string) => now() < expiryOf(name);

  /** Whether someone holds a claim; what has expired is removed. */
  async function isHeld(place: string): Promise<boolean> {
    const names = await listIfThere(files, place);
    if (names.some(isLive)) return true;
    for (const name of names) await quietly(() => files.remove(`${place}/${name}`));
    return false;
  }

  function claimAt(place: string, name: string): Claim {
    return {
      async renew(ms) {
        if (!isLive(name)) return false;
        const next = nameFor(ms);
        if (!await isDone(() => files.rename(`${place}/${name}`, `${place}/${next}`))) return false;
        name = next;
        return true;
      },
      async release() {
        if (!await isDone(() => files.remove(`${place}/${name}`))) return;
        // Fails where the next one has its claim there already.
        await quietly(() => files.removeFolder(place));
      },
    };
  }

  /** Puts a claim in its place; `false` where someone else's lies there. */
  async function put(aside: string, place: string): Promise<boolean> {
    for (let tries = 1;; tries++) {
      try {
        await files.rename(aside, place);
        return true;
      } catch (error) {
        if (tries === TRIES) throw error;
        if (await isHeld(place)) return false;
        // Not every system renames a folder over an empty one.
        await quietly(() => files.removeFolder(place));
      }
    }
  }

  return async (key, ms) => {
    const place = `${dir}/claims/${checkKey(key)}`;
    if (await isHeld(place)) return null;
    const aside = temporaryPath(`${dir}/claims`, now());
    const name = nameFor(ms);
    let isPut = false;
    try {
      await files.makeFolder(aside);
      await files.write(`${aside}/${name}`, new Uint8Array());
      isPut = await put(aside, place);
    } finally {
      if (!isPut) {
        await quietly(() => files.remove(`${aside}/${name}`));
        await quietly(() => files.removeFolder(aside));
      }
    }
    return isPut ? claimAt(place, name) : null;
  };
}

/** Until when a claim holds, by the name of its file. */
export function expiryOf(name: string): number {
  return Number(/^(\d+)\./.exec(name)?.[1] ?? 0);
}

/** Acts on a file; tells whether it was there. */
async function isDone(act: () => Awaitable<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
