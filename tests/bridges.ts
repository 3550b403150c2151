/** The ways into a Redis: Keyv of both versions and unstorage, as their users set them up. */

import process from "node:process";
import KeyvRedis, { createClient, createKeyv } from "@keyv/redis";
import { createStorage } from "unstorage";
import redisDriver from "unstorage/drivers/redis";
import { keyvStore } from "../adapters/keyv.ts";
import { redisClaim } from "../adapters/redis-claim.ts";
import { unstorageStore } from "../adapters/unstorage.ts";
import type { CacheStore } from "../src/store.ts";
import type { Ability } from "./conformance.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
/** Keyv 6 asks for Node 22.19; Bun and Deno say that they are a later one. */
export const hasKeyv6: boolean = major > 22 || (major === 22 && minor >= 19);

/** A way into a Redis. */
export interface Bridge {
  readonly abilities: readonly Ability[];
  /** Opens a store, under a name of its own; to close it disconnects it. */
  open(url: string, namespace: string): Promise<CacheStore>;
}

/** A server that is gone for a moment is asked again soon. */
const again = () => 20;

const prefixOf = (namespace: string) => ({ prefix: `${namespace}::claim::` });

function clientOf(url: string, namespace: string) {
  const client = createClient({ url, socket: { reconnectStrategy: again } });
  const claim = redisClaim(async (...command) => {
    if (!client.isOpen) await client.connect();
    return await client.sendCommand(command);
  }, prefixOf(namespace));
  const close = () => void (client.isOpen && client.destroy());
  return { client, claim, close };
}

const keyv5: Bridge = {
  abilities: ["getMany", "claim"],
  open(url, namespace) {
    const { client, claim, close } = clientOf(url, namespace);
    const keyv = createKeyv(client, { namespace });
    return Promise.resolve({ ...keyvStore(keyv, { claim }), close });
  },
};

const keyv6: Bridge = {
  abilities: ["getMany", "claim"],
  async open(url, namespace) {
    const { Keyv } = await import("keyv-6");
    const { client, claim, close } = clientOf(url, namespace);
    const keyv = new Keyv(new KeyvRedis(client), { namespace });
    return { ...keyvStore(keyv, { claim }), close };
  },
};

const unstorage: Bridge = {
  abilities: ["claim"],
  open(url, namespace) {
    const options = { maxRetriesPerRequest: 1, retryStrategy: again };
    const driver = redisDriver({ url, base: namespace, ...options });
    const storage = createStorage({ driver });
    const redis = driver.getInstance!();
    // Without a listener each error of the connection is printed.
    redis.on("error", () => {});
    const claim = redisClaim((...command) => redis.call(...command), prefixOf(namespace));
    return Promise.resolve({ ...unstorageStore(storage, { claim }), close: storage.dispose });
  },
};

/** Those that this runtime has. */
export const bridges: Readonly<Record<string, Bridge>> = {
  "keyv 5, Redis": keyv5,
  ...(hasKeyv6 && { "keyv 6, Redis": keyv6 }),
  "unstorage, Redis": unstorage,
};
