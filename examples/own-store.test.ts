// A store of your own, and the tests that tell whether it is one. Run them with
// node --test, bun test or deno test -A, or with vitest, whose `test` is imported instead.
import { test } from "node:test";
import type { CacheStore } from "@x/llmcache";
import { storeConformance } from "@x/llmcache/testing";

function mapStore(map: Map<string, Uint8Array>): CacheStore {
  return {
    get: (key) => map.get(key)?.slice() ?? null,
    set: (key, value) => void map.set(key, value.slice()),
    delete: (key) => void map.delete(key),
    async *keys() {
      yield* map.keys();
    },
  };
}

storeConformance({
  test,
  name: "map",
  durable: true, // All stores on one map hold the same.
  place() {
    const map = new Map<string, Uint8Array>();
    return { open: () => mapStore(map) };
  },
});
