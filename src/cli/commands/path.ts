/**
 * `llmcache path`
 *
 * @module
 */

import type { Command } from "../command.ts";
import { CommandError, EXIT } from "../errors.ts";

export const path: Command = {
  name: "path",
  operands: "",
  takes: [0, 0],
  about: "tell where entries are kept",
  more: [
    "It is --dir, else the variable LLMCACHE_DIR, else the folder llmcache in your cache directory. The " +
    "directory need not exist: it is made when the first answer is stored.",
    "With --json: { store, dir, exists }.",
  ],
  options: {},
  examples: [
    ["llmcache path", "tell the directory"],
    ['du -sh "$(llmcache path)"', "tell how large it is"],
  ],
  async run({ place, say }) {
    const found = await place();
    if (say.isJson) await say.json(found);
    else if (found.store === "directory") await say.text(found.dir);
    else {throw new CommandError(
        "entries are kept in Deno's KV here, which has no path of its own.",
      );}
    return EXIT.done;
  },
};
