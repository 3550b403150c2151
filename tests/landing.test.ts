import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheStore, createCache } from "../mod.ts";
import { whole } from "./crowd.ts";
import { type Gate, gate, settle } from "./gate.ts";

/** A store that looks at once and, while told to, tells later what it saw. */
function holding() {
  const store = memoryStore();
  let held: Gate | undefined;
  const get: CacheStore["get"] = async (key) => {
    const seen = store.get(key);
    await held?.opened;
    return seen;
  };
  return {
    store: { get, set: store.set, delete: store.delete, keys: store.keys } satisfies CacheStore,
    hold: () => void (held = gate()),
    /** Tells what was seen so far, and holds what is seen from now on. */
    release() {
      const before = held;
      held = gate();
      before?.open();
    },
    free() {
      held?.open();
      held = undefined;
    },
  };
}

/** A cached function and a cached fetch, each answered by hand; both count their calls. */
function upstream(store: CacheStore) {
  const doors = new Map<string, Gate>();
  const out: string[] = [];
  const answer = async (model: string) => {
    out.push(model);
    // A second call, the one that must not be, is answered at once.
    const door = doors.get(model) ?? gate();
    doors.set(model, door);
    await door.opened;
    return model;
  };
  const cache = createCache({
    store,
    fetch: async (_, init) => new Response(whole(await answer(JSON.parse(`${init?.body}`).model))),
  });
  const asked = cache.chat(({ model }: { model: string }) => answer(model));
  return {
    out,
    land: (model: string) => doors.get(model)!.open(),
    ask: {
      fetch: async (model: string) => {
        const body = JSON.stringify({ model, messages: [] });
        const url = "https://x.test/v1/chat/completions";
        return await (await cache.fetch(url, { method: "POST", body })).text();
      },
      function: async (model: string) => await asked({ model }),
    },
  };
}

for (const face of ["fetch", "function"] as const) {
  test(`landing: a lookup that began before an answer landed finds it, by ${face}`, async () => {
    const { store, hold, free } = holding();
    const { ask, land, out } = upstream(store);
    const first = ask[face]("a");
    await settle();
    hold();
    const second = ask[face]("a");
    await settle();
    land("a");
    await first;
    free();
    assert.equal(await second, await first);
    assert.deepEqual(out, ["a"]);
  });

  test(`landing: other answers that land meanwhile hide nothing, by ${face}`, async () => {
    const { store, hold, release, free } = holding();
    const { ask, land, out } = upstream(store);
    const first = ask[face]("a");
    const other = ask[face]("b");
    await settle();
    hold();
    const second = ask[face]("a");
    for (const _form of ["whole", "stream"]) {
      await settle();
      land("b");
      await other;
      release();
    }
    await settle();
    land("a");
    await first;
    free();
    assert.equal(await second, await first);
    assert.deepEqual(out, ["a", "b"]);
  });

  test(`landing: at whatever moment the second comes, one call goes out, by ${face}`, async () => {
    const memory = memoryStore();
    const slow: CacheStore = { ...memory, get: async (key) => await memory.get(key) };
    delete slow.head;
    for (const store of [memory, slow]) {
      for (let moment = 0; moment < 100; moment++) {
        const { ask, land, out } = upstream(store);
        const model = `${moment} ${store === slow}`;
        const first = ask[face](model);
        await settle();
        land(model);
        for (let tick = 0; tick < moment; tick++) await undefined;
        const second = ask[face](model);
        assert.equal(await second, await first);
        assert.deepEqual(out, [model], `${moment} ticks after the answer`);
      }
    }
  });
}
