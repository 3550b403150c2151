/**
 * Removing entries, and telling of it.
 *
 * @module
 */

import type { Opened, Work } from "./command.ts";
import { CommandError, messageOf } from "./errors.ts";
import { progressBar } from "./progress.ts";
import { entries, formatBytes } from "./units.ts";

/** An entry that is to go. */
export interface Doomed {
  readonly key: string;
  readonly bytes: number;
}

/**
 * Removes entries; with `--dry-run` none.
 *
 * @returns those that are gone, or would be.
 * @throws where one could not be removed, after the others.
 */
export async function removeAll(
  work: Work,
  { store }: Opened,
  doomed: readonly Doomed[],
): Promise<readonly Doomed[]> {
  if (work.option("dry-run") !== undefined) return doomed;
  const bar = progressBar(work.terminal, "removing");
  bar.expect({ entries: doomed.length });
  const gone: Doomed[] = [];
  const faults: unknown[] = [];
  let bytes = 0;
  for (const each of doomed) {
    try {
      await store.delete(each.key);
      gone.push(each);
      bytes += each.bytes;
    } catch (error) {
      faults.push(error);
    }
    bar.show({ entries: gone.length, bytes });
  }
  bar.end();
  if (faults.length === 0) return gone;
  throw new CommandError(
    `${entries(faults.length)} could not be removed (${messageOf(faults[0])}); ` +
      `${entries(gone.length)} went.`,
  );
}

/** Tells what was removed. */
export async function tellRemoved(work: Work, gone: readonly Doomed[]): Promise<void> {
  const bytes = gone.reduce((sum, each) => sum + each.bytes, 0);
  const isDry = work.option("dry-run") !== undefined;
  if (work.say.isJson) {
    const keys = gone.map(({ key }) => key);
    await work.say.json({ removed: isDry ? 0 : gone.length, bytes, keys });
  } else {
    const verb = isDry ? "would remove" : "removed";
    await work.say.text(`${verb} ${entries(gone.length)}, ${formatBytes(bytes)}`);
  }
}
