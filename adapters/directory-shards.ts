/**
 * Where the entries of a directory lie: in 256 folders, by the first two digits of their keys.
 *
 * @module
 */

import { type FileVerbs, listIfFolder, listIfThere } from "./file-verbs.ts";
import { checkKey, isKey } from "./key.ts";

const SHARD = /^[0-9a-f]{2}$/;

/** The folder of an entry. */
export function shardOf(dir: string, key: string): string {
  return `${dir}/${checkKey(key).slice(0, 2)}`;
}

/** The path of an entry. */
export function pathOf(dir: string, key: string): string {
  return `${shardOf(dir, key)}/${key}`;
}

/** The names of the folders that are there. */
export async function shardsIn(dir: string, files: Pick<FileVerbs, "list">): Promise<string[]> {
  return (await listIfThere(files, dir)).filter((name) => SHARD.test(name));
}

/** The keys of the entries in one of them; what else lies there is none. */
export async function keysIn(
  dir: string,
  shard: string,
  files: Pick<FileVerbs, "list">,
): Promise<string[]> {
  const names = await listIfFolder(files, `${dir}/${shard}`);
  return names.filter((name) => isKey(name) && name.startsWith(shard));
}
