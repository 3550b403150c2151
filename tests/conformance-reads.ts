/** What the optional `head` and `getMany` must do. */

import type { CacheStore } from "../src/store.ts";
import { check, expectBytes, patterned, testKey } from "./bytes.ts";
import type { Case } from "./conformance-cases.ts";

const whole = testKey(1);

/** What `head` must give: the bytes asked for or the whole value, and maybe more. */
async function expectHead(store: CacheStore, value: Uint8Array, bytes: number): Promise<void> {
  const head = await store.head!(whole, bytes);
  check(head !== null, "head is null");
  const least = Math.min(bytes, value.length);
  check(head.length >= least, `${head.length} of ${bytes} bytes, of ${value.length} in all`);
  check(head.length <= value.length, "more bytes than there are");
  check(head.constructor === Uint8Array, "not a plain Uint8Array");
  check(head.buffer.byteLength === head.length, "a view");
  expectBytes(head, value.slice(0, head.length));
}

/** The optional `head`. */
export const heads: Record<string, Case> = {
  async "head of what is missing is null"(store) {
    check(await store.head!(whole, 100) === null, "not null");
    await store.set(whole, patterned(10));
    await store.delete(whole);
    check(await store.head!(whole, 100) === null, "not null after delete");
  },
  async "head gives at least the first bytes, or the whole value"(store) {
    for (const size of [0, 1, 5_000, 200_000, 3_000_000]) {
      const value = patterned(size);
      await store.set(whole, value);
      for (const bytes of [0, 1, 100, 32_768, 65_536, 65_537, 150_000, 1e9]) {
        await expectHead(store, value, bytes);
      }
    }
  },
  async "what head returned stays what it was"(store) {
    const value = patterned(3_000);
    await store.set(whole, value);
    const first = (await store.head!(whole, 2_000))!;
    await store.set(testKey(2), patterned(3_000, 2));
    await store.head!(testKey(2), 2_000);
    await store.set(whole, patterned(3_000, 3));
    await expectHead(store, patterned(3_000, 3), 2_000);
    await store.delete(whole);
    expectBytes(first, value.slice(0, first.length));
  },
};

/** The optional `getMany`. */
export const getsMany: Record<string, Case> = {
  async "getMany gives what get gives, in the order of the keys"(store) {
    check((await store.getMany!([])).length === 0, "something for nothing");
    const sizes = [0, 1, 100, 70_000, 200_000];
    const keys = Array.from({ length: 25 }, (_, n) => testKey(n));
    for (const [n, key] of keys.entries()) {
      if (n % 3) await store.set(key, patterned(sizes[n % 5]!, n));
    }
    const values = await store.getMany!([...keys.toReversed(), keys[1]!]);
    check(values.length === 26, `${values.length} values of 26`);
    for (const [at, value] of values.entries()) {
      const n = at === 25 ? 1 : 24 - at;
      if (n % 3) expectBytes(value, patterned(sizes[n % 5]!, n));
      else check(value === null, "what is missing is not null");
    }
  },
  async "what getMany returned may be changed or given away"(store) {
    await store.set(whole, patterned(3_000));
    for (const value of await store.getMany!([whole, whole])) {
      check(value?.constructor === Uint8Array, "not a plain Uint8Array");
      check(value.buffer.byteLength === 3_000, `a view of ${value.buffer.byteLength} bytes`);
      expectBytes(value, patterned(3_000));
      value.fill(0);
      structuredClone(value, { transfer: [value.buffer] });
    }
    expectBytes(await store.get(whole), patterned(3_000));
  },
};
