import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAME = ".llmcache-demo";

/**
 * The folder in which the demonstration keeps its entries: in the checkout, ignored by git.
 *
 * @param fresh empties it first.
 * @param root the checkout.
 * @throws where it is not a folder, but a link to another place: nothing outside is ever touched.
 */
export function prepareFolder(fresh: boolean, root: string = checkout()): string {
  const folder = join(root, NAME);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new Error(`${folder} must be a folder of its own, but is a file or a link. Remove it.`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (fresh) {
    for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true });
  }
  return folder;
}

/** The nearest folder above this file that holds the project's package.json. */
function checkout(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url));; folder = dirname(folder)) {
    if (holdsProject(folder)) return folder;
    if (folder === dirname(folder)) throw new Error("This file lies in no checkout of llmcache.");
  }
}

function holdsProject(folder: string): boolean {
  try {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return name === "@x/llmcache";
  } catch {
    return false;
  }
}
