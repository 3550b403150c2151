/**
 * `llmcache rm`
 *
 * @module
 */

import type { Command } from "../command.ts";
import { EXIT } from "../errors.ts";
import { findKeys } from "../keys.ts";
import { removeAll, tellRemoved } from "../remove.ts";

export const rm: Command = {
  name: "rm",
  operands: "KEY…",
  takes: [1, Infinity],
  about: "remove entries by their keys",
  more: [
    "A key may be cut short, to the digits that no other request begins with, at least four. Without .w (whole) or .s " +
    "(stream) behind it both forms of the request go. If one of the keys is not found, nothing is removed.",
    "With --json: { removed, bytes, keys }; in a dry run { wouldRemove, bytes, keys }.",
  ],
  options: {
    "dry-run": { about: "tell what would go, and remove nothing" },
  },
  examples: [
    ["llmcache rm 9f86d081", "one request"],
    ["llmcache rm 9f86d081.s 60303ae2", "only the stream of the first"],
  ],
  async run(work) {
    const opened = await work.open();
    const keys = [...new Set((await findKeys(opened.store, work.operands)).flat())];
    const sized = [];
    for (const key of keys) {
      sized.push({ key, bytes: (await opened.store.get(key))?.length ?? 0 });
    }
    await tellRemoved(work, await removeAll(work, opened, sized), { keys });
    return EXIT.done;
  },
};
