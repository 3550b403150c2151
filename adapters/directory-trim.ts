/**
 * Makes room in a directory: what was used longest ago goes.
 *
 * It takes two walks. The first adds up sizes and finds the time before which everything must go; the second
 * removes what is older. Each file is looked at just before it is removed, so that what was used or
 * replaced meanwhile stays; two processes that do so at once remove the same, and one that is killed
 * has removed what it has removed.
 *
 * Keys are evenly spread over the folders, so a few folders tell of all: how old what must go is, and roughly
 * how much there is. So a million entries take neither much memory nor a long sort.
 *
 * @module
 */

import type { Trimmed } from "../src/store.ts";
import { keysIn, pathOf, shardsIn } from "./directory-shards.ts";
import type { FileVerbs, Stat, SyncFiles } from "./file-verbs.ts";
import { dropHead } from "./held.ts";

/** A directory, and how to go through it. */
export interface Walk {
  readonly dir: string;
  readonly files: Pick<FileVerbs, "list"> & Pick<SyncFiles, "stat" | "remove">;
  /** When an entry was used, as far as no file tells so yet; else 0. */
  noted(key: string): number;
  /** Lets others have their turn, where it is time. */
  breathe(): Promise<void> | undefined;
  /** Asked after each folder. */
  goesOn(): boolean | Promise<boolean>;
}

/** What lies in a directory, and what of it is too much. */
export interface Survey {
  /** The sizes of all entries, in bytes. */
  readonly bytes: number;
  /** Whether that is told by some of them. */
  readonly isRough: boolean;
  /** How many bytes are to go. */
  readonly excess: number;
  /** What was used before this time goes, in milliseconds since 1970. */
  readonly before: number;
  /** How many bytes of what was used just then go too. */
  readonly ties: number;
}

/** How much may lie in a directory, in bytes. */
export interface Room {
  /** The newest stays where it alone is no larger than this. */
  readonly most: number;
  /** What is kept of the others, together with it. */
  readonly kept: number;
}

/**
 * Finds out what is too much.
 *
 * @param enough by how many entries it is judged how old what must go is.
 * @param mayBeRough whether so many are also enough to tell how much there is.
 */
export async function surveyDirectory(
  walk: Walk,
  room: Room,
  enough: number,
  mayBeRough: boolean = false,
): Promise<Survey> {
  const seen: Stat[] = [];
  let sum = 0;
  const { goesOn } = walk;
  const part = await visit(
    { ...walk, goesOn: () => !(mayBeRough && seen.length >= enough) && goesOn() },
    (_, stat) => {
      sum += stat.size;
      if (seen.length < enough) seen.push(stat);
    },
  );
  const bytes = sum / part;
  const held = sumOf(seen);
  const share = held === 0 ? 1 : held / bytes;
  seen.sort((a, b) => b.time - a.time);
  let kept = 0;
  const first = seen.findIndex(({ size }, at) => {
    if (kept + size > (at === 0 ? room.most : room.kept * share)) return true;
    kept += size;
    return false;
  });
  const before = seen[first]?.time ?? -Infinity;
  const ties = first < 0 ? 0 : sumOf(seen.slice(first).filter(({ time }) => time === before));
  const excess = (held - kept) / share;
  return { bytes, isRough: part < 1, excess, before, ties: ties / share };
}

/** Removes what is too much. */
export async function evict(walk: Walk, { excess, before, ties }: Survey): Promise<Trimmed> {
  const { dir, files, goesOn } = walk;
  let [entries, bytes] = [0, 0];
  if (excess <= 0) return { entries, bytes };
  await visit({ ...walk, goesOn: () => bytes < excess && goesOn() }, (key, { size, time }) => {
    const isTie = time === before;
    if (bytes >= excess || time > before || (isTie && ties <= 0)) return;
    try {
      files.remove(pathOf(dir, key));
      dropHead(key);
    } catch {
      // Someone else was faster, or has it open.
      return;
    }
    if (isTie) ties -= size;
    bytes += size;
    entries++;
  });
  return { entries, bytes };
}

/** Goes through the entries, folder by folder; tells which share of the folders that were. */
async function visit(
  { dir, files, noted, breathe, goesOn }: Walk,
  see: (key: string, stat: Stat) => void,
): Promise<number> {
  const shards = shuffled(await shardsIn(dir, files));
  for (const [at, shard] of shards.entries()) {
    for (const key of await keysIn(dir, shard, files)) {
      const stat = files.stat(pathOf(dir, key));
      if (stat) see(key, { size: stat.size, time: Math.max(stat.time, noted(key)) });
      const breath = breathe();
      if (breath) await breath;
    }
    if (!await goesOn()) return (at + 1) / shards.length;
  }
  return 1;
}

/** Not in order: each walk that is cut short by the end of its program is to get somewhere else. */
function shuffled(names: string[]): string[] {
  return names.map((name) => ({ name, at: Math.random() })).sort((a, b) => a.at - b.at)
    .map(({ name }) => name);
}

const sumOf = (all: readonly Stat[]) => all.reduce((sum, { size }) => sum + size, 0);
