/**
 * Claims in a Redis, or a Valkey, for the bridges to libraries that have none.
 *
 * @module
 */

import type { Awaitable, Claim } from "../src/store.ts";
import { checkOptions, describe } from "./options.ts";

export type { Awaitable, Claim };

/** Sends a command to a Redis, by whatever client there is. */
export type SendToRedis = (command: string, ...args: string[]) => PromiseLike<unknown>;

/** The options of {@linkcode redisClaim}. */
export interface RedisClaimOptions {
  /** What the names of the claims begin with. Default `llmcache-claim::`. */
  readonly prefix?: string | undefined;
}

// As Redis's own manual has it: whoever changes a claim must find its own name there, in one step.
const RENEW = 'if redis.call("get",KEYS[1])==ARGV[1] then ' +
  'return redis.call("pexpire",KEYS[1],ARGV[2]) end return 0';
const RELEASE = 'if redis.call("get",KEYS[1])==ARGV[1] then ' +
  'return redis.call("del",KEYS[1]) end return 0';

/**
 * Makes the `claim` of a store from a Redis: one command to claim, by its own clock.
 *
 * @param send sends a command; it may be one of a cluster, for each concerns one key.
 * @param options `prefix`.
 * @returns the option `claim` of `keyvStore` or `unstorageStore`.
 * @throws {TypeError} naming what is wrong.
 *
 * @example With `@keyv/redis`, whose client is node-redis; ioredis has `call` for `sendCommand`
 * ```ts
 * import { keyvStore } from "@x/llmcache/keyv";
 * import { redisClaim } from "@x/llmcache/redis-claim";
 * import { createClient, createKeyv } from "@keyv/redis";
 *
 * const client = createClient({ url: "redis://127.0.0.1:6379" });
 * const claim = redisClaim(async (...command) => {
 *   if (!client.isOpen) await client.connect();
 *   return await client.sendCommand(command);
 * });
 * const store = keyvStore(createKeyv(client, { namespace: "llmcache" }), { claim });
 * ```
 */
export function redisClaim(
  send: SendToRedis,
  options: RedisClaimOptions = {},
): (key: string, ms: number) => Promise<Claim | null> {
  if (typeof send !== "function") {
    throw new TypeError(`redisClaim: \`send\` must be a function; it is ${describe(send)}.`);
  }
  checkOptions("redisClaim", options, ["prefix"]);
  // A Keyv without a namespace that lists a Redis leaves out what has two colons.
  const { prefix = "llmcache-claim::" } = options;
  if (typeof prefix !== "string") {
    throw new TypeError(
      `redisClaim: the option \`prefix\` must be a string; it is ${describe(prefix)}.`,
    );
  }
  const span = (ms: number) => `${Math.ceil(ms)}`;

  return async (key, ms) => {
    const place = `${prefix}${key}`;
    // As JSON, so that a Keyv that comes across it while it lists a Redis is not upset.
    const id = JSON.stringify(crypto.randomUUID());
    if (await send("SET", place, id, "NX", "PX", span(ms)) === null) return null;
    return {
      renew: async (ms) => await send("EVAL", RENEW, "1", place, id, span(ms)) === 1,
      release: async () => void await send("EVAL", RELEASE, "1", place, id),
    };
  };
}
