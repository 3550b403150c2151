/** What the tests can ask of a page or a worker. */

import { ask } from "./ask.ts";
import type { Commands } from "./run.ts";
import { told } from "./told.ts";
import { inWorker } from "./workers.ts";

/** Each takes one argument and gives one value, both of JSON. */
export const commands: Commands = { ask, inWorker, told: () => told };
