import assert from "node:assert/strict";
import { test } from "node:test";
import { indexedDbStore } from "../adapters/indexeddb.ts";

// What the store does is tested in browsers: tests/browser/.

/** Acts where there is an IndexedDB, as in a browser. */
function inBrowser(act: () => void): void {
  Object.defineProperty(globalThis, "indexedDB", { value: {}, configurable: true });
  try {
    act();
  } finally {
    Reflect.deleteProperty(globalThis, "indexedDB");
  }
}

test("indexeddb: a wrong option is named at once", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => indexedDbStore(5 as unknown as object), /indexedDbStore: the options must be an object/],
    [() => indexedDbStore({ dir: "a" } as object), /`dir` is unknown. The options are name, now/],
    [() => indexedDbStore({ name: "" }), /`name` must be a text; it is empty/],
    [() => indexedDbStore({ name: 5 as unknown as string }), /it is number 5/],
    [() => indexedDbStore({ now: 5 as never }), /`now` must be a function; it is number 5/],
  ];
  inBrowser(() => {
    for (const [act, message] of wrong) {
      assert.throws(act, (error) => error instanceof TypeError && message.test(error.message));
    }
  });
});

test("indexeddb: nothing is opened before it is used, and where there is none it says what to do", () => {
  inBrowser(() => void indexedDbStore({ name: "mine" }));
  assert.throws(indexedDbStore, (error) => {
    return error instanceof TypeError && /has no IndexedDB.*nodeFsStore/.test(error.message);
  });
});
