/**
 * The options by which commands choose entries.
 *
 * @module
 */

import type { EntryFilter } from "../upkeep/entry-info.ts";
import type { Options, Work } from "./command.ts";
import { readSpan } from "./units.ts";

/** What they are. */
export const FILTERS: Options = {
  model: { value: "MODEL", about: "only those of this model" },
  namespace: {
    value: "NAME",
    about: 'only those of this namespace; "" is that of faces without one',
  },
  "older-than": { value: "AGE", about: "only those at least so old: 90s, 15m, 12h, 30d, 4w" },
};

/** Reads those that were given. */
export function filterOf({ option }: Pick<Work, "option">): EntryFilter {
  const [model, namespace, age] = [option("model"), option("namespace"), option("older-than")];
  return {
    ...(model !== undefined && { model }),
    ...(namespace !== undefined && { namespace }),
    ...(age !== undefined && { olderThan: readSpan(age, "--older-than") }),
  };
}
