/**
 * Finds out, before anything depends on it, whether a directory can be used.
 *
 * @module
 */

import { prepareDirectory } from "./directory.ts";
import { builtin } from "./node-builtins.ts";
import { nodeFiles } from "./node-files.ts";
import { temporaryPath } from "./temporary.ts";

/** What came of a try to write. */
export interface Probed {
  /** Why the directory can only be read; `undefined` where it can be written. */
  readonly refusal?: unknown;
  /** Whether what was written lies in memory only, as in workerd, where it is gone after a request. */
  readonly isFleeting: boolean;
}

/**
 * Makes the directory where it is missing, and tries to write in it: permission bits tell nothing of
 * a read-only mount, a full disk or a sandbox.
 *
 * @throws what the runtime throws where the directory can be neither made nor read.
 */
export async function probeDirectory(dir: string): Promise<Probed> {
  const files = nodeFiles();
  const fs = builtin("node:fs");
  if (!files || !fs) throw new TypeError("This runtime has no node:fs.");
  await prepareDirectory(dir, files);
  await files.list(dir);
  const probe = temporaryPath(dir, Date.now());
  try {
    await files.write(probe, new Uint8Array());
    // On a disk every file has a number or, in Deno on Windows, at least a time.
    const { ino, mtimeMs } = fs.statSync(probe);
    await files.remove(probe);
    return { isFleeting: ino === 0 && mtimeMs === 0 };
  } catch (refusal) {
    return { refusal, isFleeting: false };
  }
}
