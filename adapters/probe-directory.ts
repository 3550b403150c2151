/**
 * Finds out, before anything depends on it, whether a directory can be used.
 *
 * @module
 */

import { prepareDirectory, temporaryPath } from "./directory.ts";
import { nodeFiles } from "./node-files.ts";

/**
 * Makes the directory where it is missing, and tries to write in it: permission bits tell nothing of
 * a read-only mount, a full disk or a sandbox.
 *
 * @returns `undefined`, or why it can only be read.
 * @throws what the runtime throws where the directory can be neither made nor read.
 */
export async function probeDirectory(dir: string): Promise<unknown> {
  const files = nodeFiles();
  if (!files) throw new TypeError("This runtime has no node:fs.");
  await prepareDirectory(dir, files);
  await files.list(dir);
  const probe = temporaryPath(dir);
  try {
    await files.write(probe, new Uint8Array());
    await files.remove(probe);
    return undefined;
  } catch (error) {
    return error;
  }
}
