import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@keyv/redis";
import { layeredStore } from "../adapters/layered.ts";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import type { CacheStore } from "../src/store.ts";
import { type Bridge, bridges } from "./bridges.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { type Place, storeConformance } from "./conformance.ts";
import { contest } from "./contest.ts";
import { whole } from "./crowd.ts";
import { settle } from "./gate.ts";
import { listen } from "./listen.ts";
import { inTemporary } from "./places.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let last = 0;

/** A name in the server that nothing else has. */
const unused = () => `test-${++last}`;

const server = await startRedis();
if (server) inRedis(server);
else {console.log(
    "redis: not tested, because redis-server is missing: apt-get install redis-server",
  );}

/** A place of its own in a server. */
function placeIn({ url }: RedisServer, { open }: Bridge): Place {
  const namespace = unused();
  const opened: CacheStore[] = [];
  return {
    async open() {
      const store = await open(url, namespace);
      opened.push(store);
      return store;
    },
    async damage(key) {
      await commanding(url, async (send) => {
        const names = await send("KEYS", `${namespace}*${key}`) as string[];
        assert.equal(names.length, 1, names.join());
        const text = await send("GET", names[0]!) as string;
        await send("SET", names[0]!, text.replace(/[A-Za-z0-9+/]{9}(?=[^A-Za-z0-9+/]*$)/, ""));
      });
    },
    async remove() {
      for (const store of opened) await store.close?.();
    },
  };
}

type Send = (...command: string[]) => Promise<unknown>;

/** Acts on a server behind the back of the stores. */
async function commanding(url: string, act: (send: Send) => Promise<void>): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  try {
    await act((...command) => client.sendCommand(command));
  } finally {
    client.destroy();
  }
}

function inRedis(redis: RedisServer): void {
  for (const [name, bridge] of Object.entries(bridges)) {
    storeConformance({
      test,
      name,
      durable: true,
      abilities: bridge.abilities,
      hooks: ["damage"],
      place: () => placeIn(redis, bridge),
    });
    test(`${name}: what others keep in the same Redis is neither listed nor touched`, () =>
      sharesWithOthers(redis, bridge));
    test(`${name}: a Redis that goes away costs misses and events, and is used when it is back`, () =>
      survives(bridge));
  }
  // The claims of all bridges are made by the same commands.
  const [name, bridge] = Object.entries(bridges)[0]!;
  test("redis: of three processes that claim a key one gets it, and nobody is disturbed", () =>
    inTemporary(async (dir) => {
      const namespace = unused();
      const past = await bridge.open(redis.url, namespace);
      await contest(past, { REDIS: redis.url, BRIDGE: name, NAMESPACE: namespace }, dir);
    }));
  test("redis: memory before it serves what it holds while it is gone", () =>
    servesFromMemory(bridge));
  test("redis: the server ends", () => redis.stop());
}

async function sharesWithOthers({ url }: RedisServer, bridge: Bridge): Promise<void> {
  const namespace = unused();
  const store = await bridge.open(url, namespace);
  const other = await bridge.open(url, `${namespace}-other`);
  await other.set(testKey(2), patterned(5));
  await store.set(testKey(1), patterned(5));
  await store.claim!(testKey(1), 60_000);
  await commanding(url, async (send) => {
    await send("SET", "theirs", "no JSON");
    await send("RPUSH", `${namespace}:list`, "no text");
  });
  assert.deepEqual(await collect(store.keys()), [testKey(1)]);
  await store.delete(testKey(2));
  expectBytes(await other.get(testKey(2)), patterned(5));
  await store.close?.();
  await other.close?.();
}

async function survives(bridge: Bridge): Promise<void> {
  let redis = (await startRedis())!;
  const store = await bridge.open(redis.url, unused());
  const { story, onEvent } = listen();
  let calls = 0;
  const fetch = () => Promise.resolve(new Response(whole(`answer ${++calls}`)));
  let isGone = false;
  // No clock: what is asked of a Redis that is gone is too late soon, all else may take its time.
  const wait = () => isGone ? settle() : new Promise<void>(() => {});
  const cache = createCache({ store, fetch, onEvent, wait });
  const body = JSON.stringify({ model: "m", messages: [] });
  const ask = async () =>
    await (await cache.fetch("https://x.test/v1/chat/completions", { method: "POST", body }))
      .text();
  try {
    const first = await ask();
    assert.equal(await ask(), first);
    assert.deepEqual(story(), ["miss", "hit"]);

    await redis.stop();
    isGone = true;
    assert.notEqual(await ask(), first);
    const heard = story();
    assert.ok(heard.includes("fault get") && heard.includes("fault set"), heard.join());
    assert.ok(!heard.includes("hit"));

    redis = (await startRedis(redis.port))!;
    isGone = false;
    // Commands that were given while it was gone may fail still.
    for (let tries = 0; tries < 50 && !heard.includes("hit"); tries++) {
      await ask();
      heard.push(...story());
    }
    assert.ok(heard.includes("hit"), heard.join());
  } finally {
    await store.close?.();
    await redis.stop();
  }
}

async function servesFromMemory(bridge: Bridge): Promise<void> {
  const redis = (await startRedis())!;
  const slow = await bridge.open(redis.url, unused());
  try {
    const [store, other] = [layeredStore(memoryStore(), slow), layeredStore(memoryStore(), slow)];
    await store.set(testKey(1), patterned(300));
    expectBytes(await other.get(testKey(1)), patterned(300));
    await redis.stop();
    for (const { get } of [store, other]) expectBytes(await get(testKey(1)), patterned(300));
  } finally {
    await slow.close?.();
    await redis.stop();
  }
}
