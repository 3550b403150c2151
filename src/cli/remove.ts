/**
 * Removing entries, and telling of it.
 *
 * @module
 */

import type { Trimmed } from "../store.ts";
import type { Opened, Work } from "./command.ts";
import { CommandError, messageOf } from "./errors.ts";
import { progressBar } from "./progress.ts";
import { entries, formatBytes } from "./units.ts";

/** An entry that is to go. */
export interface Doomed {
  readonly key: string;
  readonly bytes: number;
}

/** Whether nothing is to be removed. */
export function isDry({ option }: Pick<Work, "option">): boolean {
  return option("dry-run") !== undefined;
}

/**
 * Removes entries; in a dry run none.
 *
 * @returns what is gone, or would be.
 * @throws where one could not be removed, after the others.
 */
export async function removeAll(
  work: Work,
  { store }: Opened,
  doomed: readonly Doomed[],
): Promise<Trimmed> {
  const sum = { entries: 0, bytes: 0 };
  const bar = progressBar(work.terminal, "removing");
  bar.expect({ entries: doomed.length });
  const faults: unknown[] = [];
  for (const { key, bytes } of doomed) {
    try {
      if (!isDry(work)) await store.delete(key);
      sum.entries++;
      sum.bytes += bytes;
    } catch (error) {
      faults.push(error);
    }
    bar.show(sum);
  }
  bar.end();
  if (faults.length === 0) return sum;
  throw new CommandError(
    `${entries(faults.length)} could not be removed (${messageOf(faults[0])}); ` +
      `${entries(sum.entries)} went.`,
  );
}

/**
 * Tells what was removed, or would be.
 *
 * @param more what JSON tells besides.
 * @param about whether it may be others in the end.
 */
export async function tellRemoved(
  work: Work,
  { entries: count, bytes }: Trimmed,
  more: object = {},
  about: boolean = false,
): Promise<void> {
  const dry = isDry(work);
  if (work.say.isJson) {
    return await work.say.json({ [dry ? "wouldRemove" : "removed"]: count, bytes, ...more });
  }
  const verb = dry ? `would remove${about ? " about" : ""}` : "removed";
  await work.say.text(`${verb} ${entries(count)}, ${formatBytes(bytes)}`);
}
