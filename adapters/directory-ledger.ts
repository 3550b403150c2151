/**
 * The account of a directory: what hits saved, written by every process that uses it.
 *
 * ```text
 * <dir>/ledger/now.jsonl             a line for each batch: {"day":"2026-11-25","calls":3, …}
 * <dir>/ledger/<ms>.<uuid>.jsonl     what was so before it grew too long, later a line for each day
 * <dir>/ledger/.gitignore            recordings that lie in a repository do so without it
 * ```
 *
 * Lines are appended, each in one write. Whoever finds the file long renames it; a minute later nobody
 * can be writing to it any more, and whoever comes by puts the sums in its place, by a rename too. Two who do so at once
 * do the same. So nothing is counted twice, whenever somebody is killed.
 *
 * @module
 */

import { isGranted } from "../src/host.ts";
import { addUp } from "../src/upkeep/savings.ts";
import type { DaySavings, Ledger } from "../src/store.ts";
import { isMissing, type SyncFiles } from "./file-verbs.ts";
import { temporaryPath } from "./temporary.ts";

/** The longest file that lines are appended to, in bytes: 15 000 batches. */
const LONGEST = 1 << 20;
/** How long someone may still be writing to a file that was renamed, in milliseconds. */
const GRACE = 60_000;
const BATCHES = /^((\d+)\.[0-9a-f-]{36}|now)\.jsonl$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The account of a directory.
 *
 * @param now the time, in milliseconds since 1970.
 * @param longest the longest file that lines are appended to, in bytes.
 */
export function directoryLedger(
  dir: string,
  files: SyncFiles,
  now: () => number,
  longest: number = LONGEST,
): Ledger {
  const folder = `${dir}/ledger`;
  const current = `${folder}/now.jsonl`;

  function append(line: Uint8Array): number {
    try {
      return files.append(current, line);
    } catch (error) {
      // A directory that is gone is not made again for this.
      if (!isMissing(error) || !files.exists(dir)) throw error;
      files.makeFolder(folder);
      quietly(() => files.write(`${folder}/.gitignore`, encoder.encode("*\n")));
      return files.append(current, line);
    }
  }

  /** The names of its files; none where there is no folder. */
  function names(): string[] {
    try {
      return files.list(folder).filter((name) => BATCHES.test(name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  function readDays(name: string): DaySavings[] {
    const lines = decoder.decode(files.read(`${folder}/${name}`) ?? new Uint8Array()).split("\n");
    return addUp(lines.map(parseLine).filter((day) => day !== undefined));
  }

  /** Puts the sums in the place of what was renamed long enough ago. */
  function shorten(name: string): void {
    const lines = readDays(name).map(formatLine).join("");
    const { length } = files.read(`${folder}/${name}`) ?? lines;
    if (lines.length >= length) return;
    const temporary = temporaryPath(folder, now());
    files.write(temporary, encoder.encode(lines));
    files.rename(temporary, `${folder}/${name}`);
  }

  return {
    add(savings) {
      // Deno would ask the user.
      if (!isGranted("write", dir)) throw new Error(`Deno may not write to ${dir}.`);
      const size = append(encoder.encode(formatLine(savings)));
      if (size < longest) return;
      for (const name of names()) {
        const at = Number(BATCHES.exec(name)?.[2] ?? Infinity);
        if (at < now() - GRACE) quietly(() => shorten(name));
      }
      // Someone else may just have done it.
      const aside = `${folder}/${Math.floor(now())}.${crypto.randomUUID()}.jsonl`;
      quietly(() => files.rename(current, aside));
    },
    read: () => addUp(names().flatMap(readDays)),
  };
}

function formatLine({ day, calls, tokens, milliseconds }: DaySavings): string {
  return `${JSON.stringify({ day, calls, tokens, milliseconds })}\n`;
}

/** Reads a line; one that was cut by a crash or a full disk is none. */
function parseLine(line: string): DaySavings | undefined {
  try {
    const { day, calls, tokens, milliseconds } = JSON.parse(line);
    const isSound = /^\d{4}-\d\d-\d\d$/.test(day) &&
      [calls, tokens, milliseconds].every((count) => Number.isFinite(count) && count >= 0);
    return isSound ? { day, calls, tokens, milliseconds } : undefined;
  } catch {
    return undefined;
  }
}

/** Acts where a failure costs nothing but tidiness. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    return;
  }
}
