import { createClient } from "@keyv/redis";
import { Redis } from "ioredis";
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

function inRedis(name: string, openRaw: OpenRaw): Engine {
  return {
    name,
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

/** Each way into a Redis that this runtime has; none where the system has no server. */
export async function redisEngines(): Promise<Engine[]> {
  const server = await startRedis();
  if (!server) return [];
  await server.stop();
  const raws: Record<string, OpenRaw> = { "keyv 5": nodeRedis, "keyv 6": nodeRedis };
  const names = Object.keys(bridges).map((name) => name.replace(", Redis", ""));
  return names.map((name) => inRedis(name, raws[name] ?? ioredis));
}
