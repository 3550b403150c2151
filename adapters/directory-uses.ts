/**
 * What was used when: the time at which an entry's file was changed last is that of its last use.
 *
 * A use costs a note in memory, 0.1 µs. A second later, or when the program ends, what was noted is
 * written: however often an entry was used, its time is set once, and no hit waits for that (4–7 µs).
 *
 * What was written is noted too: the clock of file systems ticks every 4 ms, and lags behind by as much.
 *
 * @module
 */

import { inBackground } from "../src/host.ts";
import { pathOf } from "./directory-shards.ts";
import { isMissing, type Pause, type SyncFiles } from "./file-verbs.ts";

/** How many times are set between two rests: a millisecond of work. */
export const PIECE = 100;
/** How long such a rest is, in milliseconds. */
const REST = 3;
/** How far the times of uses in quick succession may run ahead of the clock, in milliseconds. */
const LEAD = 1000;

/** Notes of uses. */
export interface Uses {
  /** Notes that an entry was used just now. */
  note(key: string): void;
  /** Notes that an entry was written just now. */
  noteWritten(key: string): void;
  /**
   * Writes what is noted.
   *
   * @param most how many times are set; `Infinity` writes all.
   * @returns whether there is more.
   */
  flush(most: number): boolean;
}

interface Note {
  readonly key: string;
  readonly time: number;
  readonly isWritten: boolean;
}

/** Those of this process that have something to write. */
const pending = new Set<Uses>();

/** Writes what all stores of this process have noted, as `flush` does. */
export function flushAll(most: number): boolean {
  for (const uses of pending) if (uses.flush(most)) return true;
  return false;
}

let last = 0;

/** No two are the same, not even where times have no fractions of a millisecond, as in Deno. */
function timeOfUse(): number {
  const time = Date.now();
  return last = time > last ? time : Math.min(last + 1, time + LEAD);
}

/**
 * Begins to take notes.
 *
 * @param rest a pause that keeps no program from ending.
 */
export function directoryUses(
  dir: string,
  files: Pick<SyncFiles, "stat" | "setTime">,
  rest: Pause,
): Uses {
  const used = new Map<string, number>();
  const written = new Map<string, number>();
  /** The batch that is being written. */
  let due: Note[] = [];
  let dismiss: (() => void) | undefined;

  function conclude(): void {
    for (const [key, time] of written) due.push({ key, time, isWritten: true });
    for (const [key, time] of used) due.push({ key, time, isWritten: false });
    written.clear();
    used.clear();
  }

  function write(most: number): void {
    for (const { key, time, isWritten } of due.splice(0, most)) {
      const path = pathOf(dir, key);
      try {
        // Someone else may have used it since.
        if (isWritten && (files.stat(path)?.time ?? Infinity) >= time) continue;
        files.setTime(path, time);
      } catch (error) {
        if (isMissing(error)) continue;
        // A directory that may only be read: no other would do either.
        due = [];
        return;
      }
    }
  }

  async function flushInPieces(): Promise<void> {
    while (uses.flush(PIECE)) await rest(REST);
  }

  function begin(): void {
    dismiss ??= inBackground((isEnd) => isEnd ? uses.flush(Infinity) : void flushInPieces());
    pending.add(uses);
  }

  const uses: Uses = {
    note(key) {
      used.set(key, timeOfUse());
      if (!dismiss) begin();
    },
    noteWritten(key) {
      written.set(key, timeOfUse());
      if (!dismiss) begin();
    },
    flush(most) {
      // What is noted while a batch is being written is for the next.
      if (due.length === 0 || most === Infinity) conclude();
      write(most);
      if (due.length > 0) return true;
      dismiss?.();
      dismiss = undefined;
      pending.delete(uses);
      if (used.size + written.size > 0) begin();
      return false;
    },
  };
  return uses;
}
