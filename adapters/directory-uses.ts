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

import { inBackground, isGranted } from "../src/host.ts";
import { pathOf } from "./directory-shards.ts";
import { isMissing, type Pause, type SyncFiles } from "./file-verbs.ts";

/** What is done in the background works for so long, then rests for so long, in milliseconds. */
export const WORK = 0.5;
/** See `WORK`. */
export const REST = 1;
/** How long a program that ends is held up at most, in milliseconds: a network may lie before the files. */
const AT_THE_END = 100;
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
   * @param milliseconds for how long; one note is written in any case.
   * @returns whether there is more.
   */
  flush(milliseconds: number): boolean;
  /** When an entry was used last, as far as it is noted and not yet written; else 0. */
  timeOf(key: string): number;
  readonly dir: string;
}

interface Note {
  readonly time: number;
  readonly isWritten: boolean;
}

/** Those of this process that have something to write. */
const pending = new Set<Uses>();

/** Writes what all stores of this process have noted, as `flush` does. */
export function flushAll(milliseconds: number): boolean {
  for (const uses of pending) if (uses.flush(milliseconds)) return true;
  return false;
}

/** When an entry of a directory was used last, as far as it is noted in this process; else 0. */
export function notedTime(dir: string, key: string): number {
  let time = 0;
  for (const uses of pending) if (uses.dir === dir) time = Math.max(time, uses.timeOf(key));
  return time;
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
  const due = new Map<string, Note>();
  let dismiss: (() => void) | undefined;

  function conclude(): void {
    for (const [key, time] of written) due.set(key, { time, isWritten: true });
    for (const [key, time] of used) due.set(key, { time, isWritten: false });
    written.clear();
    used.clear();
  }

  function write(key: string, { time, isWritten }: Note): void {
    const path = pathOf(dir, key);
    try {
      // Someone else may have used it since.
      if (isWritten && (files.stat(path)?.time ?? Infinity) >= time) return;
      files.setTime(path, time);
    } catch (error) {
      // A directory that may only be read: no other would do either.
      if (!isMissing(error)) due.clear();
    }
  }

  async function flushInPieces(): Promise<void> {
    while (uses.flush(WORK)) await rest(REST);
  }

  function begin(): void {
    dismiss ??= inBackground((isEnd) => isEnd ? uses.flush(AT_THE_END) : void flushInPieces());
    pending.add(uses);
  }

  const uses: Uses = {
    dir,
    timeOf: (key) => Math.max(used.get(key) ?? 0, written.get(key) ?? 0, due.get(key)?.time ?? 0),
    note(key) {
      used.set(key, timeOfUse());
      if (!dismiss) begin();
    },
    noteWritten(key) {
      written.set(key, timeOfUse());
      if (!dismiss) begin();
    },
    flush(milliseconds) {
      const until = performance.now() + milliseconds;
      // What is noted while a batch is being written is for the next.
      if (due.size === 0 || milliseconds >= AT_THE_END) conclude();
      // Deno would ask the user.
      if (!isGranted("write", dir)) due.clear();
      for (const [key, note] of due) {
        due.delete(key);
        write(key, note);
        if (performance.now() >= until) break;
      }
      if (due.size > 0) return true;
      dismiss?.();
      dismiss = undefined;
      pending.delete(uses);
      if (used.size + written.size > 0) begin();
      return false;
    },
  };
  return uses;
}
