import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { recent } from "../adapters/recent.ts";

test("recent: whatever is done, it holds what a Map holds into which what is used is put anew", () => {
  const step = fc.tuple(fc.constantFrom("use", "put", "take", "oldest", "clear"), fc.nat(4));
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ring = recent<number>();
    const map = new Map<string, number>();
    for (const [n, [verb, at]] of steps.entries()) {
      const key = `k${at}`;
      const held = map.get(key);
      if (verb === "oldest") assert.equal(ring.oldest(), map.keys().next().value);
      if (verb === "use") assert.equal(ring.use(key), held);
      if (verb === "take") assert.equal(ring.take(key), held);
      if (verb === "put") assert.equal(ring.put(key, n), held);
      if (verb === "clear" && n % 4 === 0) {
        ring.clear();
        map.clear();
      }
      if (verb === "use" || verb === "take" || verb === "put") map.delete(key);
      if (verb === "use" && held !== undefined) map.set(key, held);
      if (verb === "put") map.set(key, n);
      assert.deepEqual(ring.keys(), [...map.keys()]);
    }
  }));
});
