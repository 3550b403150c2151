/**
 * What the bridges to other libraries' stores have in common.
 *
 * @module
 */

import type { Awaitable, Claim } from "../src/store.ts";
import { checkOptions, describe } from "./options.ts";

/** The options of a bridge to another library's store. */
export interface BridgeOptions {
  /**
   * Claims a key, as `CacheStore` says: so that of several processes one asks and the others wait for
   * its answer. Default: none, and each asks.
   */
  readonly claim?: ((key: string, ms: number) => Awaitable<Claim | null>) | undefined;
}

/**
 * Checks what a bridge is given.
 *
 * @param bridge the name of the function, for messages.
 * @param name how it names what is bridged.
 * @param verbs what that must have.
 * @throws {TypeError} naming what is wrong.
 */
export function checkBridge(
  bridge: string,
  name: string,
  bridged: unknown,
  verbs: readonly string[],
  options: BridgeOptions,
): void {
  const has = bridged as Record<string, unknown> | null | undefined;
  if (!verbs.every((verb) => typeof has?.[verb] === "function")) {
    throw new TypeError(
      `${bridge}: \`${name}\` must have the functions ${verbs.join(", ")}; it is ${
        describe(bridged)
      }.`,
    );
  }
  checkOptions(bridge, options, ["claim"]);
  if (options.claim === undefined || typeof options.claim === "function") return;
  throw new TypeError(
    `${bridge}: the option \`claim\` must be a function; it is ${describe(options.claim)}.`,
  );
}
