import { Buffer } from "node:buffer";
import { createClient, createKeyv } from "@keyv/redis";
import { Redis } from "ioredis";
import { createStorage } from "unstorage";
import redisDriver from "unstorage/drivers/redis";
import type { CacheStore } from "../../src/store.ts";
import { bridges } from "../bridges.ts";
import { type RedisServer, startRedis } from "../redis-server.ts";
import type { Engine, Raw } from "./engines.ts";

type OpenRaw = (server: RedisServer) => Promise<Raw>;

/** The client under unstorage's driver, with the bytes as they are. */
const ioredis: OpenRaw = ({ url }) => {
  const redis = new Redis(url);
  return Promise.resolve({
    get: (key) => redis.getBuffer(key),
    set: (key, value) => redis.set(key, Buffer.from(value.buffer)),
    close: () => redis.disconnect(),
  });
};

/** The client under `@keyv/redis`, which takes text, as much as there are bytes. */
const nodeRedis: OpenRaw = async ({ url }) => {
  const client = createClient({ url });
  await client.connect();
  const texts = new Map<number, string>();
  return {
    get: (key) => client.get(key),
    set(key, { length }) {
      if (!texts.has(length)) texts.set(length, "x".repeat(length));
      return client.set(key, texts.get(length)!);
    },
    close: () => client.destroy(),
  };
};

/** Keyv itself, which keeps a Buffer as base64. */
const keyv: OpenRaw = ({ url }) => {
  const client = createClient({ url });
  const own = createKeyv(client, { namespace: "raw" });
  return Promise.resolve({
    get: (key) => own.get(key),
    set: (key, value) => own.set(key, Buffer.from(value)),
    close: () => client.destroy(),
  });
};

/** unstorage itself. */
const unstorage: OpenRaw = ({ url }) => {
  const storage = createStorage({ driver: redisDriver({ url, base: "raw" }) });
  return Promise.resolve({
    get: (key) => storage.getItemRaw(key),
    set: (key, value) => storage.setItemRaw(key, value),
    close: () => void storage.dispose(),
  });
};

/** Each bridge beside the client it ends in, and beside what it is a bridge to: that is our share. */
const raws: readonly [bridge: string, beside: string, OpenRaw][] = [
  ["keyv 5", "its client", nodeRedis],
  ["keyv 5", "Keyv", keyv],
  ["unstorage", "its client", ioredis],
  ["unstorage", "unstorage", unstorage],
];

function inRedis([name, beside, openRaw]: typeof raws[number]): Engine {
  return {
    name: `${name} beside ${beside}`,
    goal: 1.2,
    isBounded: false,
    async open(): Promise<{ raw: Raw; ours: CacheStore }> {
      const server = (await startRedis())!;
      const { close, ...raw } = await openRaw(server);
      const ours = await bridges[`${name}, Redis`]!.open(server.url, "bench");
      const end = () => {
        close?.();
        void server.stop();
      };
      return { raw: { ...raw, close: end }, ours };
    },
  };
}

/** The bridges to a Redis; none where the system has no server. */
export async function redisEngines(): Promise<Engine[]> {
  const server = await startRedis();
  await server?.stop();
  return server ? raws.map(inRedis) : [];
}
