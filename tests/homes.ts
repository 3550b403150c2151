/** Home directories of children, and where they keep their entries. */

import { join } from "node:path";
import process from "node:process";

/** A home directory for a child, as each system names it. */
export const homeOf = (dir: string): Record<string, string> => ({
  HOME: dir,
  USERPROFILE: dir,
  LOCALAPPDATA: "",
});

/** Where a child with nothing but a home keeps its entries. */
const cacheOf: Record<string, string> = {
  darwin: "Library/Caches/llmcache",
  win32: "AppData/Local/llmcache",
};
/** That place, for one home. */
export const cacheIn = (home: string): string =>
  join(home, cacheOf[process.platform] ?? ".cache/llmcache");
