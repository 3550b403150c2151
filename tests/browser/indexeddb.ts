/** What the store in IndexedDB must do beyond what every store must. */

import { delMany, setMany } from "idb-keyval";
import { createCache } from "@x/llmcache";
import { indexedDbStore, type IndexedDbStoreOptions } from "@x/llmcache/indexeddb";
import { guardStore } from "../../src/guard/guard.ts";
import { type Lines, listEntries } from "../../src/upkeep/listing.ts";
import type { CacheStore } from "../../src/store.ts";
import { bytesOf, check, collect, expectBytes, patterned, testKey } from "../bytes.ts";
import { database, recordsOf, removeDatabase, withRecords } from "./database.ts";
import { failOnOpen, nextOpened, spyReads } from "./spies.ts";
import { test } from "./registry.ts";

const LONG = 300_000;
/** More than are read at a time, twice. `npm run bench` lists 10 000. */
const COUNT = 2_500;

function open(options: IndexedDbStoreOptions): CacheStore & Lines {
  return indexedDbStore(options) as CacheStore & Lines;
}

/** A test on a store with a database of its own, and a clock that goes on by one with each value. */
function testStore(
  name: string,
  run: (store: CacheStore & Lines, database: string) => Promise<void>,
): void {
  test(`indexeddb store: ${name}`, async () => {
    const { name, remove } = database();
    let time = 0;
    const store = open({ name, now: () => ++time });
    await run(store, name);
    await store.close?.();
    await remove();
  });
}

const entry = (n: number, size: number) => {
  const value = patterned(size, n);
  value.set(bytesOf(`{"n":${n},"é":1}\n`));
  return value;
};

/** What is kept beside the values, in the order of the keys. */
async function told(store: CacheStore & Lines): Promise<string> {
  const lines = await collect(store.lines());
  const texts = lines.map(([key, line]) => `${Number(`0x${key.slice(0, 2)}`)} ${decode(line)}`);
  return texts.sort().join("");
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function expectSame(actual: unknown, expected: unknown): void {
  check(actual === expected, `it is ${actual}, not ${expected}`);
}

testStore("the first line of each value is listed", async (store) => {
  expectSame(await told(store), "");
  await store.set(testKey(1), entry(1, 500));
  await store.set(testKey(2), entry(2, LONG));
  await store.set(testKey(3), bytesOf("no line"));
  await store.set(testKey(4), new Uint8Array());
  await store.set(testKey(5), new Uint8Array(20_000));
  await store.set(testKey(1), entry(6, 40));
  await store.delete(testKey(4));
  await store.set(testKey(6), new Uint8Array());
  const lines = [`1 {"n":6,"é":1}\n`, `2 {"n":2,"é":1}\n`, "3 "];
  expectSame(await told(store), [...lines, "5 ", "6 "].join(""));
});

testStore("thousands of entries are listed without reading one", async (store, name) => {
  await store.set(testKey(0), entry(0, 100));
  const meta = (await recordsOf(name)).get(`meta:${testKey(0)}`);
  const all = Array.from({ length: COUNT - 1 }, (_, n): [string, unknown][] => [
    [testKey(n + 1), patterned(50)],
    [`meta:${testKey(n + 1)}`, meta],
  ]);
  await withRecords(name, (records) => setMany(all.flat(), records));
  const reads = spyReads();
  const keys = (await collect(store.lines())).map(([key]) => key);
  const read = reads.stop();
  expectSame(`${keys.length} ${new Set(keys).size}`, `${COUNT} ${COUNT}`);
  const others = read.filter((key) => !key.startsWith("meta:")).length;
  check(read.length > 0 && others === 0, `${others} of ${read.length} reads were of values`);
});

testStore("the cache lists entries by them", async (store) => {
  const hit = { namespace: "listed", now: () => 5 };
  const cache = createCache({ store, ...hit });
  const ask = cache.chat((request: { model: string; n: number }) => Promise.resolve(request.n));
  await ask({ model: "m", n: 1 });
  await cache.close();
  const guarded = guardStore(store, 2_000, () => new Promise(() => {}));
  const reads = spyReads();
  const [headline] = await collect(listEntries(guarded, () => check(false, "a fault")));
  const others = reads.stop().filter((key) => !key.startsWith("meta:")).length;
  expectSame(`${headline?.recording.namespace} ${others}`, "listed 0");
});

testStore("a head of a long value reads no more than it has to", async (store) => {
  await store.set(testKey(1), patterned(LONG));
  await store.set(testKey(2), patterned(10_000));
  const reads = spyReads();
  const heads = [await store.head!(testKey(1), 24_000), await store.head!(testKey(2), 24_000)];
  const read = reads.stop();
  expectBytes(heads[0]!, patterned(LONG).slice(0, 32 << 10));
  expectBytes(heads[1]!, patterned(10_000));
  check(read.join() === `${testKey(1)},${testKey(2)}`, `${read} were read`);
});

testStore(
  "nothing is left of what was removed, nor, once listed, of what was longer",
  async (store, name) => {
    const left = async () => [...(await recordsOf(name)).keys()].sort().join();
    await store.set(testKey(2), patterned(LONG));
    await store.set(testKey(2), patterned(10));
    await store.delete(testKey(2));
    expectSame(await left(), "");
    await store.set(testKey(1), patterned(LONG));
    await store.set(testKey(1), patterned(10));
    expectSame((await collect(store.lines())).length, 1);
    expectSame(await left(), `${testKey(1)},meta:${testKey(1)}`);
    expectBytes(await store.get(testKey(1)), patterned(10));
  },
);

testStore("what is told and what is there are made to agree", async (store, name) => {
  for (const n of [1, 2, 3, 4]) await store.set(testKey(n), entry(n, n % 2 ? LONG : 100));
  const gone = [`meta:${testKey(1)}`, `meta:${testKey(2)}`, testKey(3), testKey(4)];
  await withRecords(name, async (records) => {
    await delMany(gone, records);
    await setMany([[`value:${testKey(5)}`, patterned(10)]], records);
  });
  expectSame(await told(store), `1 {"n":1,"é":1}\n2 {"n":2,"é":1}\n`);
  expectBytes(await store.get(testKey(1)), entry(1, LONG));
  check((await recordsOf(name)).size === 5, "something is left");
});

testStore("a damaged record is a miss", async (store, name) => {
  await store.set(testKey(1), patterned(LONG));
  await withRecords(name, async (records) => {
    await setMany([[testKey(2), "text"], [testKey(3), { head: 5 }], [testKey(4), null]], records);
    await delMany([`value:${testKey(1)}`], records);
  });
  for (const n of [1, 2, 3, 4]) {
    check(await store.get(testKey(n)) === null, `value ${n} is not null`);
  }
});

testStore("a view takes no more room than it shows", async (store, name) => {
  await store.set(testKey(1), patterned(100_000).subarray(50, 60));
  const stored = (await recordsOf(name)).get(testKey(1)) as Uint8Array;
  check(stored.buffer.byteLength === 10, `${stored.buffer.byteLength} bytes are stored`);
});

testStore("a database that someone removes is let go, and made anew", async (store, name) => {
  await store.set(testKey(1), patterned(10));
  await removeDatabase(name);
  check(await store.get(testKey(1)) === null, "it is still there");
  await store.set(testKey(1), patterned(20));
  expectBytes(await store.get(testKey(1)), patterned(20));
});

testStore("a connection that the browser closed is opened again", async (store) => {
  const opened = nextOpened();
  await store.set(testKey(1), patterned(10));
  (await opened).close();
  expectBytes(await store.get(testKey(1)), patterned(10));
});

test("indexeddb store: an opening that failed later is not remembered", async () => {
  const { name, remove } = database();
  const store = open({ name });
  const outdated = failOnOpen();
  const first = await Promise.resolve(store.get(testKey(1))).catch((error) => error.name);
  outdated();
  expectSame(first, "VersionError");
  await remove();
  check(await store.get(testKey(1)) === null, "it cannot be opened");
  await store.close?.();
  await remove();
});

test("indexeddb store: closing it before, while and after it is opened leaves nothing open", async () => {
  const { name, remove } = database();
  const store = open({ name });
  await store.close?.();
  const reading = store.get(testKey(1));
  await store.close?.();
  check(await reading === null, "what was asked before is not answered");
  await store.close?.();
  await remove();
  check(await store.get(testKey(1)) === null, "it cannot be used again");
  await store.close?.();
  await remove();
});
