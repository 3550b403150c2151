/**
 * `llmcache clear`
 *
 * @module
 */

import type { Command } from "../command.ts";
import { CommandError, EXIT, messageOf, usageError } from "../errors.ts";
import { filterOf, FILTERS } from "../filter.ts";
import { entries } from "../units.ts";

export const clear: Command = {
  name: "clear",
  operands: "",
  takes: [0, 0],
  about: "remove all entries, or those of a model, a namespace or an age",
  more: [
    "To remove all of them takes --yes: the answers were paid for. The account of what was saved stays.",
    "With --json: { removed }.",
  ],
  options: {
    ...FILTERS,
    yes: { about: "remove all, damaged ones too" },
  },
  examples: [
    ["llmcache clear --namespace experiment-7", "those of a namespace"],
    ["llmcache clear --yes", "all"],
  ],
  async run(work) {
    const filter = filterOf(work);
    const { say, option, open } = work;
    if (Object.keys(filter).length === 0 && option("yes") === undefined) {
      throw usageError(
        "clear removes every entry: say --yes if that is meant, or name what goes by --model, --namespace, " +
          "--older-than.",
      );
    }
    const { cache, fault } = await open();
    try {
      const removed = await cache.clear(filter);
      if (say.isJson) await say.json({ removed });
      else await say.text(`removed ${entries(removed)}`);
    } catch (error) {
      const cause = fault();
      if (cause === undefined || cause === error) throw error;
      const what = messageOf(error).replace(" Each failure is told to `onEvent`.", "");
      throw new CommandError(`${what} The first failure: ${messageOf(cause)}`);
    }
    return EXIT.done;
  },
};
