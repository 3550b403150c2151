/**
 * The one directory format, which every file store shares, so that what one runtime wrote another
 * reads:
 *
 * ```text
 * <dir>/CACHEDIR.TAG        backup tools leave the directory out
 * <dir>/ab/                 256 folders, by the first two digits of the key
 * <dir>/ab/abcd….whole      one entry, named by its key
 * <dir>/ab/.<ms>.<uuid>.tmp an entry being written since then, or left by a crash
 * <dir>/claims/             who is asking for which entry now
 * <dir>/ledger/             what hits saved
 * ```
 *
 * The folders are 0700 and the files 0600: prompts and answers are private. An entry is written beside
 * its place and renamed into it, so a reader finds the old one, the new one or none. There is no fsync
 * (1 ms): after a power cut an entry may be damaged, and a damaged entry is a miss.
 *
 * @module
 */

import { CACHEDIR_TAG } from "../src/pack/cachedir-tag.ts";
import type { CacheStore } from "../src/store.ts";
import { restByTimer } from "../src/time/wait.ts";
import { directoryClaims } from "./directory-claims.ts";
import { dropHead, heldHead, holdHead } from "./held.ts";
import { directoryLedger } from "./directory-ledger.ts";
import { directoryRoom } from "./directory-room.ts";
import { keysIn, pathOf, shardOf, shardsIn } from "./directory-shards.ts";
import { tidyDirectory } from "./directory-tidy.ts";
import {
  type FileVerbs,
  isMissing,
  type Pause,
  pauseByTimer,
  quietly,
  whileBusy,
} from "./file-verbs.ts";
import { nodeFiles } from "./node-files.ts";
import { temporaryPath } from "./temporary.ts";

/** How much a store in a directory holds, and what time is to it. */
export interface DirectorySettings {
  readonly maxBytes?: number | undefined;
  readonly now?: (() => number) | undefined;
  readonly pause?: Pause | undefined;
  readonly rest?: Pause | undefined;
}

/**
 * A store in a directory.
 *
 * @param dir the directory's absolute path; it is made when the first entry is written.
 * @param files the runtime's file verbs; where `read` and `head` answer at once, so does the store.
 * @param settings `maxBytes`, after which what was used longest ago goes; `now`, the clock of claims, of
 *   what is being written and of what was just read; `pause`, which waits; and `rest`, which does so in
 *   the background.
 */
export function directoryStore(
  dir: string,
  files: FileVerbs,
  { maxBytes, now = Date.now, pause = pauseByTimer, rest = restByTimer }: DirectorySettings = {},
): CacheStore {
  const own = nodeFiles();
  const claim = directoryClaims(dir, files, now);
  const room = own &&
    directoryRoom({ dir, files: { ...own, list: files.list }, claim, rest, maxBytes });
  return {
    get: (key) => files.read(pathOf(dir, key)),
    head(key, bytes) {
      const at = now();
      const held = heldHead(dir, key, bytes, at);
      if (held) return held;
      const head = files.head(pathOf(dir, key), bytes);
      // What comes later may have been replaced meanwhile.
      if (head instanceof Uint8Array) holdHead(dir, key, bytes, at, head);
      return head;
    },
    async set(key, value) {
      const path = pathOf(dir, key);
      room?.check(value.length);
      for (let tries = 1;; tries++) {
        try {
          const temporary = temporaryPath(shardOf(dir, key), now());
          await commit(temporary, path, value, files, pause);
          dropHead(key);
          return room?.take(key, value.length);
        } catch (error) {
          // The folder was never made, or the directory was removed while this program runs.
          if (tries === 3 || !isMissing(error)) throw error;
          await prepareDirectory(dir, files);
          await files.makeFolder(shardOf(dir, key));
        }
      }
    },
    async delete(key) {
      const path = pathOf(dir, key);
      try {
        await whileBusy(files, pause, () => files.remove(path));
      } catch (error) {
        if (!isMissing(error)) throw error;
      } finally {
        dropHead(key);
      }
    },
    async *keys() {
      for (const shard of await shardsIn(dir, files)) {
        yield* await keysIn(dir, shard, files);
      }
    },
    claim(key, ms) {
      room?.expect();
      return claim(key, ms);
    },
    ...(own && { ledger: directoryLedger(dir, own, now) }),
    async tidy(before) {
      const shards = (await shardsIn(dir, files)).map((shard) => `${dir}/${shard}`);
      return await tidyDirectory(dir, [dir, `${dir}/ledger`, ...shards], files, before);
    },
    ...(room && { touch: room.touch, trim: room.trim, close: room.close }),
  };
}

/**
 * Makes the directory and its tag, unless they are there.
 *
 * @throws what the runtime throws where the directory cannot be made.
 */
export async function prepareDirectory(dir: string, files: FileVerbs): Promise<void> {
  await files.makeFolder(dir);
  const tag = `${dir}/CACHEDIR.TAG`;
  if (await files.exists(tag)) return;
  // Another program may do the same now. The tag is a courtesy: entries are what counts.
  await quietly(() => files.write(tag, new TextEncoder().encode(CACHEDIR_TAG)));
}

async function commit(
  temporary: string,
  path: string,
  value: Uint8Array,
  files: FileVerbs,
  pause: Pause,
): Promise<void> {
  try {
    await files.write(temporary, value);
    await whileBusy(files, pause, () => files.rename(temporary, path));
  } catch (error) {
    await quietly(() => files.remove(temporary));
    throw error;
  }
}
