import assert from "node:assert/strict";
import { test } from "node:test";
import { denoKvStore } from "../adapters/deno-kv.ts";
import { kvEntries } from "../adapters/kv-entries.ts";
import { collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { type FakeKv, fakeKv } from "./fake-kv.ts";
import { movable } from "./places.ts";

const key = testKey(1);
const entry = JSON.stringify(["llmcache", "entry", key]);
const locked = () => {
  throw new TypeError("database is locked");
};

storeConformance({
  test,
  name: "deno-kv (an open one)",
  durable: true,
  abilities: ["head", "getMany", "claim", "tidy"],
  hooks: ["damage"],
  place() {
    const kv = fakeKv();
    const { now, advance } = movable();
    const damage = (key: string) => {
      const at = ["llmcache", "entry", key];
      const value = patterned(500);
      kv.values.set(JSON.stringify(at), { key: at, value, versionstamp: "damaged" });
    };
    return { open: () => denoKvStore({ kv, now }), advance, damage };
  },
});

/** A store on a KV in memory, and the pauses it makes. */
function open(kv: FakeKv = fakeKv()) {
  const pauses: number[] = [];
  const pause = (ms: number) => Promise.resolve(void pauses.push(ms));
  return { kv, pauses, store: kvEntries(() => Promise.resolve(kv), { pause }) };
}

test("deno-kv: of what is replaced or deleted nothing is left", async () => {
  const { kv, store } = open();
  // 14 MB have more chunks than one commit takes away.
  for (const size of [1_000_000, 800_000, 65_537, 14_000_000, 65_536, 200_000, 0]) {
    await store.set(key, new Uint8Array(size));
    assert.equal((await store.get(key))?.length, size);
    const chunks = size > 65_536 ? Math.ceil((size - 32_768) / 65_536) : 0;
    assert.equal(kv.values.size, 1 + chunks, `${size} bytes`);
  }
  await store.set(key, new Uint8Array(14_000_000));
  await store.delete(key);
  assert.equal(kv.values.size, 0);
});

test("deno-kv: no commit is larger than a KV takes", async () => {
  const { store } = open();
  // The chunks that replace many others, with their manifest, are the largest.
  for (let chunks = 9; chunks <= 13; chunks++) {
    await store.set(key, new Uint8Array(14_000_000));
    await store.set(key, new Uint8Array(32_768 + chunks * 65_536));
  }
});

test("deno-kv: of writers at once nothing is left but what the last one wrote", async () => {
  const { kv, store } = open();
  const values = [200_000, 1_500_000, 10, 900_000, 70_000].map((size) => patterned(size, size));
  for (let n = 0; n < 3; n++) {
    await Promise.all(values.map((value) => store.set(key, value)));
    const won = (await store.get(key))!;
    expectBytes(won, values.find(({ length }) => length === won.length)!);
    const chunks = won.length > 65_536 ? Math.ceil((won.length - 32_768) / 65_536) : 0;
    assert.equal(kv.values.size, 1 + chunks);
    values.reverse();
  }
  await Promise.all([store.delete(key), store.set(key, values[0]!), store.delete(key)]);
  await store.delete(key);
  assert.equal(kv.values.size, 0);
});

test("deno-kv: a write that fails keeps the old value and leaves nothing", async () => {
  for (const failing of [1, 2, 3]) {
    const { kv, store } = open();
    await store.set(key, patterned(300_000));
    const before = kv.values.size;
    let commits = 0;
    kv.onCommit = () => {
      if (++commits === failing) throw new Error("disk is full");
    };
    await assert.rejects(async () => await store.set(key, patterned(1_500_000)), /disk is full/);
    expectBytes(await store.get(key), patterned(300_000));
    assert.equal(kv.values.size, before);
  }
});

test("deno-kv: what others replace all the time is given up", async () => {
  const { kv, store } = open();
  let n = 0;
  kv.onCommit = () => {
    const versionstamp = `other ${n++}`;
    kv.values.set(entry, { key: ["llmcache", "entry", key], value: patterned(5), versionstamp });
  };
  await assert.rejects(async () => await store.set(key, patterned(70_000)), /could not be written/);
  assert.equal(n > 10 && n < 1_000, true);
});

test("deno-kv: a locked database is tried again after random pauses, not for ever", async () => {
  const { kv, pauses, store } = open();
  let left = 6;
  kv.onCommit = () => left-- > 0 ? locked() : undefined;
  await store.set(key, patterned(200_000));
  expectBytes(await store.get(key), patterned(200_000));
  assert.equal(pauses.length, 6);
  assert.equal(new Set(pauses).size, 6);

  kv.onList = () => left++ < 0 ? locked() : undefined;
  left = -3;
  expectBytes(await store.get(key), patterned(200_000));
  assert.equal(pauses.length, 9);

  kv.onCommit = locked;
  await assert.rejects(async () => await store.set(testKey(2), patterned(5)), /locked/);
  const waited = pauses.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited > 500 && waited < 4_000, `${waited} ms`);
});

test("deno-kv: a listing goes on where it met a locked database", async () => {
  for (const count of [0, 1, 99, 100, 101, 199, 200, 250]) {
    const { kv, pauses, store } = open();
    const keys = Array.from({ length: count }, (_, n) => testKey(n));
    for (const key of keys) await store.set(key, patterned(5));
    let lists = 0;
    kv.onList = () => lists++ % 3 < 2 ? locked() : undefined;
    assert.deepEqual(await collect(store.keys()), keys);
    assert.ok(pauses.length >= 2);
  }
});

test("deno-kv: what is removed while it is listed takes nothing along", async () => {
  const { store } = open();
  for (let n = 0; n < 250; n++) await store.set(testKey(n), patterned(5));
  const seen: string[] = [];
  for await (const key of store.keys()) {
    seen.push(key);
    await store.delete(key);
  }
  assert.equal(seen.length, 250);
});

test("deno-kv: getMany reads ten short values at once, and the chunks of long ones", async () => {
  const { kv, store } = open();
  const keys = Array.from({ length: 25 }, (_, n) => testKey(n));
  for (const [n, key] of keys.entries()) await store.set(key, patterned(n === 7 ? 200_000 : n));
  const reads: number[] = [];
  kv.onGetMany = kv.onList = (count) => void reads.push(count);
  const values = await store.getMany!(keys);
  for (const [n, value] of values.entries()) expectBytes(value, patterned(n === 7 ? 200_000 : n));
  assert.deepEqual(reads, [10, 10, 5, 3]);
});

test("deno-kv: of claims that were given up nothing is left", async () => {
  const { kv, store } = open();
  const claim = (await store.claim!(key, 1_000))!;
  assert.equal(kv.values.size, 1);
  await claim.renew(2_000);
  await claim.release();
  assert.equal(kv.values.size, 0);
});

test("deno-kv: head reads no chunk more than it needs, and up to 32 KiB none", async () => {
  const { kv, store } = open();
  const value = patterned(10_000_000);
  await store.set(key, value);
  let read = 0;
  kv.onList = (count) => void (read += count);
  const cases = [[100, 0], [32_768, 0], [32_769, 1], [98_304, 1], [98_305, 2], [2e6, 31]] as const;
  for (const [bytes, chunks] of cases) {
    read = 0;
    const head = (await store.head!(key, bytes))!;
    assert.equal(read, chunks, `${bytes} bytes`);
    expectBytes(head, value.slice(0, head.length));
  }
});

test("deno-kv: what else lies in the KV is neither listed nor touched", async () => {
  const { kv, store } = open();
  const others = [["mine"], ["llmcache"], ["llmcache", "entry"], ["llmcache", "entry", "notes"]];
  for (const other of [...others, ["llmcache", "entry", 5], ["other", "entry", testKey(9)]]) {
    await kv.atomic().set(other, patterned(3)).commit();
  }
  await store.set(key, patterned(1_000_000));
  assert.deepEqual(await collect(store.keys()), [key]);
  await store.delete(key);
  assert.equal(kv.values.size, 6);
});

test("deno-kv: what is no key is refused", async () => {
  const { kv, store } = open();
  for (const wrong of ["", "a", `${key}\n`, key.toUpperCase(), `../${key}`]) {
    const refused = { name: "TypeError", message: /64 lower-case hex digits/ };
    await assert.rejects(async () => await store.get(wrong), refused);
    await assert.rejects(async () => await store.head!(wrong, 1), refused);
    await assert.rejects(async () => await store.set(wrong, patterned(5)), refused);
    await assert.rejects(async () => await store.set(wrong, patterned(70_000)), refused);
    await assert.rejects(async () => await store.delete(wrong), refused);
    await assert.rejects(async () => await store.getMany!([key, wrong]), refused);
    await assert.rejects(async () => await store.claim!(wrong, 1_000), refused);
  }
  assert.equal(kv.values.size, 0);
});

test("deno-kv: a KV that was given stays open", async () => {
  const kv = fakeKv();
  const store = denoKvStore({ kv });
  await store.set(key, patterned(5));
  await store.close?.();
  assert.equal(kv.closed, 0);
});
