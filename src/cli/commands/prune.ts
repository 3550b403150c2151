/**
 * `llmcache prune`
 *
 * @module
 */

import type { EntryFilter } from "../../upkeep/entry-info.ts";
import { readDuration } from "../../options/duration.ts";
import type { Command, Opened } from "../command.ts";
import { EXIT, usageError } from "../errors.ts";
import { filterOf, FILTERS } from "../filter.ts";
import { type Doomed, isDry, removeAll, tellRemoved } from "../remove.ts";
import { plus, trimTo } from "../trim.ts";
import { readSize } from "../units.ts";

export const prune: Command = {
  name: "prune",
  operands: "",
  takes: [0, 0],
  about: "remove what is too old, or was used longest ago, until the rest is small enough",
  more: [
    "It wants --older-than, --max-bytes or both. A directory notes which entry was used when: down to a size what was " +
    "used longest ago goes. With --model or --namespace it looks at those entries alone, and what was recorded " +
    "longest ago goes. What is damaged has no age; llmcache verify removes it.",
    "An entry has no ttl of its own: the option ttl is judged when it is read. Its value behind --older-than removes " +
    "what would not be served any more.",
    "With --json: { removed, bytes }; in a dry run { wouldRemove, bytes }.",
  ],
  options: {
    ...FILTERS,
    "older-than": { value: "AGE", about: "remove what is at least so old: 90s, 15m, 12h, 30d, 4w" },
    "max-bytes": {
      value: "SIZE",
      about: "remove until the rest takes at most this: 500MB, 1GiB",
    },
    "dry-run": { about: "tell what would go, and remove nothing" },
  },
  examples: [
    ["llmcache prune --older-than 30d", "what is a month old"],
    ["llmcache prune --max-bytes 1GiB --dry-run", "what would go to make it a gibibyte"],
  ],
  async run(work) {
    const { olderThan, ...filter } = filterOf(work);
    const size = work.option("max-bytes");
    if (olderThan === undefined && size === undefined) {
      throw usageError(
        "prune wants --older-than AGE or --max-bytes SIZE. llmcache clear removes by model and namespace alone.",
      );
    }
    const most = size === undefined ? Infinity : readSize(size, "--max-bytes");
    const before = olderThan === undefined
      ? -Infinity
      : work.terminal.now() - readDuration(olderThan)!;
    const opened = await work.open();
    const isWhole = Object.keys(filter).length === 0;
    const trims = isWhole && most < Infinity && opened.store.trim !== undefined;
    const byStore = trims && !isDry(work);
    const isListed = !byStore || olderThan !== undefined;
    const all = isListed ? await byAge(opened, filter) : [];
    let gone = await removeAll(work, opened, choose(all, before, byStore ? Infinity : most));
    if (byStore) gone = plus(gone, await trimTo(opened, most));
    await tellRemoved(work, gone, {}, trims);
    return EXIT.done;
  },
};

interface Aged extends Doomed {
  readonly at: number;
}

/** The entries that are meant, the newest first. */
async function byAge({ cache }: Opened, filter: EntryFilter): Promise<Aged[]> {
  const all: Aged[] = [];
  for await (const { key, entryBytes: bytes, recordedAt: at } of cache.entries(filter)) {
    all.push({ key, bytes, at });
  }
  return all.sort((a, b) => b.at - a.at);
}

/** Keeps the newest as long as they are young enough and fit; the rest is to go, the oldest first. */
function choose(newest: readonly Aged[], before: number, most: number): Aged[] {
  let sum = 0;
  const last = newest.findIndex(({ at, bytes }) => at <= before || (sum += bytes) > most);
  return last === -1 ? [] : newest.slice(last).reverse();
}
