/**
 * What a crash leaves behind in a directory.
 *
 * @module
 */

import type { Awaitable } from "../src/store.ts";
import { expiryOf } from "./directory-claims.ts";
import { type FileVerbs, listIfFolder, listIfThere } from "./file-verbs.ts";
import { isKey } from "./key.ts";
import { isBegunBefore } from "./temporary.ts";

/**
 * Removes what was begun before a time and came to no end: files and claims half made, and claims that
 * expired before it.
 *
 * @param folders the folders that hold files.
 * @returns how many things were removed.
 */
export async function tidyDirectory(
  dir: string,
  folders: readonly string[],
  files: FileVerbs,
  before: number,
): Promise<number> {
  let removed = 0;
  for (const folder of folders) {
    for (const name of await listIfFolder(files, folder)) {
      if (!isBegunBefore(name, before)) continue;
      if (await succeeds(() => files.remove(`${folder}/${name}`))) removed++;
    }
  }
  for (const name of await listIfThere(files, `${dir}/claims`)) {
    if (!isKey(name) && !isBegunBefore(name, before)) continue;
    const place = `${dir}/claims/${name}`;
    const held = await listIfThere(files, place);
    if (held.some((claim) => expiryOf(claim) >= before)) continue;
    for (const claim of held) await succeeds(() => files.remove(`${place}/${claim}`));
    // Fails where someone has put a claim there meanwhile.
    if (await succeeds(() => files.removeFolder(place))) removed++;
  }
  return removed;
}

/** Someone else may have been before. */
async function succeeds(act: () => Awaitable<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch {
    return false;
  }
}
