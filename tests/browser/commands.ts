/** What the tests can ask of a page or a worker. */

import "./default.ts";
import "./indexeddb.ts";
import "./quota.ts";
import "./stores.ts";
import { measure } from "../bench/indexeddb.ts";
import { ask, askTwice } from "./ask.ts";
import type { Commands } from "./run.ts";
import { runTests } from "./registry.ts";
import { told } from "./told.ts";
import { empty, fill, used } from "./quota-real.ts";
import { claim, claimSoon, race } from "./tabs.ts";
import { inFrame } from "./frames.ts";
import { inWorker } from "./workers.ts";

/** What a page may do where it stands. */
function place(): unknown {
  return { secure: isSecureContext, webCrypto: "subtle" in crypto, origin: globalThis.origin };
}

/** Each takes one argument and gives one value, both of JSON. */
export const commands: Commands = {
  ask,
  askTwice,
  claim,
  claimSoon,
  empty,
  fill,
  inFrame,
  inWorker,
  measure,
  place,
  race,
  runTests,
  told: () => told,
  used,
};
