/**
 * The commands, in the order of the help.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { clear } from "./commands/clear.ts";
import { ls } from "./commands/ls.ts";
import { packCommand } from "./commands/pack.ts";
import { path } from "./commands/path.ts";
import { prune } from "./commands/prune.ts";
import { rm } from "./commands/rm.ts";
import { show } from "./commands/show.ts";
import { stats } from "./commands/stats.ts";
import { unpackCommand } from "./commands/unpack.ts";
import { verify } from "./commands/verify.ts";
import { why } from "./commands/why.ts";

/** All of them. */
export const commands: readonly Command[] = [
  path,
  ls,
  show,
  why,
  stats,
  rm,
  prune,
  clear,
  verify,
  packCommand,
  unpackCommand,
];
