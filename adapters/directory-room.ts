/**
 * The room in a directory: how much it holds, who used what when, and what goes when there is too much.
 *
 * @module
 */

import { breathe } from "../src/time/breathe.ts";
import type { Awaitable, Claim, Trimmed } from "../src/store.ts";
import { directoryBound } from "./directory-bound.ts";
import { evict, surveyDirectory } from "./directory-trim.ts";
import { directoryUses, flushAll, notedTime } from "./directory-uses.ts";
import type { FileVerbs, Pause, SyncFiles } from "./file-verbs.ts";
import { checkKey } from "./key.ts";
import { describe, tooLarge } from "./options.ts";

/** What a directory holds at most, in bytes, unless something else is said. */
const MOST = 2 ** 31;

/** Whose room it is. */
export interface RoomOptions {
  readonly dir: string;
  readonly files: Pick<FileVerbs, "list"> & Pick<SyncFiles, "stat" | "setTime" | "remove">;
  claim(key: string, ms: number): Awaitable<Claim | null>;
  readonly rest: Pause;
  readonly maxBytes: number | undefined;
}

/** The room in a directory. */
export interface DirectoryRoom {
  /** @throws {RangeError} if a value is larger than all the room. */
  check(bytes: number): void;
  /** Tells that something may be written soon. */
  expect(): void;
  /** Tells that an entry was written. */
  take(key: string, bytes: number): void;
  /** Notes that an entry was used. */
  touch(key: string): void;
  /** Removes what was used longest ago, until no more than so many bytes are held. */
  trim(maxBytes: number): Promise<Trimmed>;
  /** Writes what is noted, and ends what is going on in the background. */
  close(): Promise<void>;
}

/** Begins to look after it. */
export function directoryRoom(options: RoomOptions): DirectoryRoom {
  const { dir, files, claim, rest, maxBytes = MOST } = options;
  const uses = directoryUses(dir, files, rest);
  const bound = directoryBound({ dir, files, maxBytes, claim, rest });

  return {
    check(bytes) {
      if (bytes > maxBytes) throw tooLarge("The directory", bytes, maxBytes);
    },
    expect: () => bound.grow(0),
    take(key, bytes) {
      uses.noteWritten(key);
      bound.grow(bytes);
    },
    touch: (key) => uses.note(checkKey(key)),
    async trim(most) {
      if (!(most >= 0)) {
        throw new TypeError(`trim: \`maxBytes\` must be a number from 0; it is ${describe(most)}.`);
      }
      flushAll(Infinity);
      const noted = (key: string) => notedTime(dir, key);
      const walk = { dir, files, noted, breathe, goesOn: () => true };
      return await evict(walk, await surveyDirectory(walk, { most, kept: most }, Infinity));
    },
    async close() {
      uses.flush(Infinity);
      await bound.close();
    },
  };
}
