/** What happens where the browser gives no more room. */

import { indexedDbStore } from "@x/llmcache/indexeddb";
import { cachedFetch, type CacheEvent } from "@x/llmcache";
import { check, collect, expectBytes, patterned, testKey } from "../bytes.ts";
import { database } from "./database.ts";
import { test } from "./registry.ts";
import { replace } from "./spies.ts";

/** As browsers do: the error is without a message. */
const full = () => new DOMException("", "QuotaExceededError");

/** Lets the next so many writes fail as those do for which there is no room. */
function fillUp(times: number): () => void {
  return replace(
    IDBObjectStore.prototype,
    "put",
    (inner) =>
      function (this: IDBObjectStore, value, key) {
        if (times > 0 && !String(key).startsWith("meta:")) {
          times -= 1;
          throw full();
        }
        return inner.call(this, value, key);
      },
  );
}

/** A store with five values of 1 000 bytes, the first the oldest. */
async function filled() {
  const { name, remove } = database();
  let time = 0;
  const store = indexedDbStore({ name, now: () => ++time });
  for (const n of [3, 1, 5, 2, 4]) await store.set(testKey(n), patterned(1_000, n));
  const held = async () =>
    (await collect(store.keys())).map((key) => Number(`0x${key.slice(0, 2)}`)).sort().join();
  const end = async () => {
    await store.close?.();
    await remove();
  };
  return { store, held, end };
}

test("indexeddb quota: the oldest make room, twice what is needed", async () => {
  const { store, held, end } = await filled();
  const restore = fillUp(1);
  await store.set(testKey(6), patterned(900, 6));
  restore();
  check(await held() === "2,4,5,6", `${await held()} are held`);
  expectBytes(await store.get(testKey(6)), patterned(900, 6));
  await end();
});

test("indexeddb quota: once, and then the write fails whole", async () => {
  const { store, held, end } = await filled();
  const restore = fillUp(2);
  const error = await Promise.resolve(store.set(testKey(5), patterned(900, 6))).catch((e) => e);
  restore();
  check(/no room for 900 bytes.*made too little\. Free/.test(error?.message), `it says ${error}`);
  check(error.cause.name === "QuotaExceededError", "without its cause");
  check(await held() === "2,4,5", `${await held()} are held`);
  expectBytes(await store.get(testKey(5)), patterned(1_000, 5));
  await end();
});

test("indexeddb quota: for one that is larger than all others nothing is given up", async () => {
  const { store, held, end } = await filled();
  const restore = fillUp(2);
  const error = await Promise.resolve(store.set(testKey(6), patterned(5_001))).catch((e) => e);
  restore();
  check(error instanceof Error, "it does not fail");
  check(await held() === "1,2,3,4,5", `${await held()} are held`);
  await end();
});

test("indexeddb quota: of several at once, one makes room", async () => {
  const { store, held, end } = await filled();
  const restore = fillUp(2);
  await Promise.all([6, 7].map((n) => store.set(testKey(n), patterned(900, n))));
  restore();
  check(await held() === "2,4,5,6,7", `${await held()} are held`);
  await end();
});

test("indexeddb quota: a call is answered, and the store's fault told", async () => {
  const { store, end } = await filled();
  const events: CacheEvent[] = [];
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "full" }] });
  const fetch = cachedFetch({ store, onEvent: (event) => events.push(event) });
  const restore = fillUp(Infinity);
  const response = await fetch(`${location.origin}/v1/chat/completions`, { method: "POST", body });
  const { choices } = await response.json();
  restore();
  check(choices.length === 1, "no answer");
  const [fault, miss] = events;
  check(fault?.status === "fault" && fault.operation === "set", "no fault is told");
  check(miss?.status === "miss" && !miss.stored, "it is said to be stored");
  await end();
});
