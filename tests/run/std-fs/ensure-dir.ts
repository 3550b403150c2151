/** Stands in for `@std/fs/ensure-dir` where JSR cannot be reached. */

/** Makes a folder and those above it, unless they exist; fails where something else is there. */
export async function ensureDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const { isDirectory } = await Deno.stat(dir);
  if (!isDirectory) throw new Error(`Failed to ensure directory exists: ${dir} is none`);
}
