/** Stands in for `@std/fs/walk` where JSR cannot be reached. */

/** What is found. */
export interface WalkEntry extends Deno.DirEntry {
  path: string;
}

/** How far is walked; of the options of the real one, that which is used here. */
export interface WalkOptions {
  maxDepth?: number;
}

/** Names a folder itself, then all that lies in it, and in folders below, but not behind links. */
export async function* walk(
  root: string,
  { maxDepth = Infinity }: WalkOptions = {},
): AsyncIterableIterator<WalkEntry> {
  const { isFile, isDirectory, isSymlink } = await Deno.stat(root);
  const name = root.slice(root.lastIndexOf("/") + 1);
  yield { path: root, name, isFile, isDirectory, isSymlink };
  if (maxDepth < 1) return;
  for await (const entry of Deno.readDir(root)) {
    const path = `${root}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path, { maxDepth: maxDepth - 1 });
    else yield { path, ...entry };
  }
}
