import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyv } from "keyv";
import { fromBase64, toBase64 } from "../adapters/base64.ts";
import { type KeyvLike, keyvStore } from "../adapters/keyv.ts";
import { redisClaim } from "../adapters/redis-claim.ts";
import { hasKeyv6 } from "./bridges.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";

/** A Keyv keeps its values in a Map, or in what is like one. */
type Open = (values: unknown) => KeyvLike;

const keyvs: Record<string, Open> = { "keyv 5": (values) => new Keyv({ store: values }) };
if (hasKeyv6) {
  const { Keyv } = await import("keyv-6");
  keyvs["keyv 6"] = (values) => new Keyv({ store: values });
}
const key = testKey(1);

for (const [name, open] of Object.entries(keyvs)) {
  storeConformance({
    test,
    name,
    durable: true,
    abilities: ["getMany"],
    place() {
      const values = new Map();
      return { open: () => keyvStore(open(values)) };
    },
  });

  test(`${name}: what its engine cannot do has failed, whether it tells or is silent`, async () => {
    for (const isHeard of [true, false]) {
      for (const fault of ["throws", "emits"] as const) {
        const engine = brokenEngine(fault);
        const keyv = open(engine);
        const heard: unknown[] = [];
        // As its readme advises; without a listener it throws what it has to tell.
        if (isHeard) keyv.on!("error", (error) => heard.push(error));
        const store = keyvStore(keyv);
        const broken = { message: /broken/ };
        await assert.rejects(async () => await store.set(key, patterned(5)), broken);
        // Version 5 keeps to itself what a `get` threw: a miss.
        if (name === "keyv 5" && fault === "throws") assert.equal(await store.get(key), null);
        else await assert.rejects(async () => await store.get(key), broken);
        await assert.rejects(async () => await store.getMany!([key, testKey(2)]), broken);
        await assert.rejects(async () => await store.delete(key), broken);
        if (isHeard) assert.ok(heard.length > 0);
      }
    }
  });

  test(`${name}: a value of others is no entry`, async () => {
    const keyv = open(new Map());
    const store = keyvStore(keyv);
    await keyv.set(key, 7 as unknown as string);
    await assert.rejects(async () => await store.get(key), /a number where an entry should be/);
    await keyv.set("their own", "value");
    await store.set(testKey(2), patterned(5));
    await keyv.delete(key);
    assert.deepEqual(await collect(store.keys()), [testKey(2)]);
  });

  test(`${name}: an error that nobody waits for does not end the program`, () => {
    const keyv = open(new Map()) as KeyvLike & { emit(event: string, error: Error): void };
    keyvStore(keyv);
    keyv.emit("error", new Error("the socket was closed"));
  });
}

/** An engine that fails, as those of Keyv do: some throw, that of Redis emits and answers nothing. */
function brokenEngine(fault: "throws" | "emits") {
  const listeners: ((error: Error) => void)[] = [];
  const fail = () => {
    const error = new Error("broken");
    if (fault === "throws") return Promise.reject(error);
    try {
      listeners.forEach((listener) => listener(error));
    } catch (thrown) {
      return Promise.reject(thrown);
    }
    return Promise.resolve(undefined);
  };
  return {
    opts: { dialect: "redis", url: "redis://" },
    on: (_: string, listener: (error: Error) => void) => void listeners.push(listener),
    get: fail,
    getMany: fail,
    set: fail,
    delete: fail,
    clear: fail,
  };
}

/** A Keyv in a Map, some of its verbs replaced. */
function scripted(verbs: Partial<KeyvLike>): KeyvLike {
  const values = new Map<string, unknown>();
  return {
    get: (key) => Promise.resolve(values.get(key)),
    set: (key, value) => Promise.resolve(void values.set(key, value)),
    delete: (key) => Promise.resolve(values.delete(key)),
    async *iterator() {
      yield* values;
    },
    ...verbs,
  };
}

test("keyv: a value that was not kept has failed", async () => {
  const store = keyvStore(scripted({ set: () => Promise.resolve(false) }));
  await assert.rejects(async () => await store.set(key, patterned(5)), /did not keep the entry 01/);
});

test("keyv: an error of one call is not that of the next", async () => {
  let listener = (_: unknown) => {};
  const store = keyvStore(scripted({
    on: (_, heard) => listener = heard,
    get: (name) => Promise.resolve(void (name === key && listener(new Error("broken")))),
  }));
  await assert.rejects(async () => await store.get(key), /broken/);
  listener(new Error("between two calls"));
  assert.equal(await store.get(testKey(2)), null);
});

test("keyv: an engine that names a key twice, or not at all", async () => {
  const twice = scripted({
    async *iterator() {
      for (const name of [key, testKey(2), key, "other"]) yield [name, "value"];
    },
  });
  assert.deepEqual(await collect(keyvStore(twice).keys()), [key, testKey(2)]);
  const none = scripted({ iterator: undefined as never });
  await assert.rejects(
    () => collect(keyvStore(none).keys()),
    /this Keyv cannot list what it holds/,
  );
  let listener = (_: unknown) => {};
  const cut = scripted({
    on: (_, heard) => listener = heard,
    async *iterator() {
      yield [key, "value"];
      listener(new Error("broken"));
    },
  });
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const name of keyvStore(cut).keys()) seen.push(name);
  }, /broken/);
  assert.deepEqual(seen, [key]);
});

test("keyv: null, undefined, text that is no base64, and abilities that are missing", async () => {
  for (const nothing of [null, undefined]) {
    const store = keyvStore(scripted({ get: () => Promise.resolve(nothing) }));
    assert.equal(await store.get(key), null);
    assert.deepEqual(
      [store.getMany, store.claim, store.head, store.close],
      Array(4).fill(undefined),
    );
  }
  const store = keyvStore(scripted({ get: () => Promise.resolve("no base64!") }));
  const read = async () => new TextDecoder().decode((await store.get(key))!);
  await read().then((text) => assert.notEqual(text, "no base64!"), () => {});
});

test("keyv: of many values one that is damaged is a miss of that one", async () => {
  const values = ["YWJj", 7, undefined, "YWJj"];
  const store = keyvStore(scripted({ getMany: () => Promise.resolve(values) }));
  const found = await store.getMany!([1, 2, 3, 4].map((n) => testKey(n)));
  assert.deepEqual(found.map((value) => value && new TextDecoder().decode(value)), [
    "abc",
    null,
    null,
    "abc",
  ]);
});

test("redis-claim: what is wrong is named", () => {
  const send = () => Promise.resolve(null);
  const wrong: [() => unknown, RegExp][] = [
    [
      () => redisClaim(undefined as never),
      /redisClaim: `send` must be a function; it is undefined/,
    ],
    [() => redisClaim(send, { prefix: 5 as never }), /`prefix` must be a string; it is number 5/],
    [() => redisClaim(send, { ttl: 5 } as object), /`ttl` is unknown. The options are prefix/],
  ];
  for (const [act, message] of wrong) assert.throws(act, { name: "TypeError", message });
});

test("keyv: what is wrong is named", () => {
  const keyv = scripted({});
  const wrong: [() => unknown, RegExp][] = [
    [
      () => keyvStore(undefined as never),
      /keyvStore: `keyv` must have .*get, set, delete.*undefined/,
    ],
    [() => keyvStore({} as never), /it is an object/],
    [() => keyvStore(keyv, { claim: 5 as never }), /`claim` must be a function; it is number 5/],
    [() => keyvStore(keyv, { ttl: 5 } as object), /`ttl` is unknown. The options are claim/],
  ];
  for (const [act, message] of wrong) assert.throws(act, { name: "TypeError", message });
});

test("base64: without the runtime's own too, for any length", () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "process")!;
  const natives = [[Uint8Array, "fromBase64"], [Uint8Array.prototype, "toBase64"]] as const;
  const kept = natives.map(([holder, name]) => Object.getOwnPropertyDescriptor(holder, name));
  const lengths = [0, 1, 2, 3, 5_000, 32_768, 32_769, 200_000];
  const texts = lengths.map((length) => toBase64(patterned(length)));
  try {
    for (const [holder, name] of natives) {
      delete (holder as unknown as Record<string, unknown>)[name];
    }
    for (const process of [globalThis.process, undefined]) {
      Object.defineProperty(globalThis, "process", { value: process, configurable: true });
      for (const [at, length] of lengths.entries()) {
        assert.ok(toBase64(patterned(length)) === texts[at], `${length} bytes`);
        const bytes = fromBase64(texts[at]!);
        expectBytes(bytes, patterned(length));
        assert.equal(bytes.buffer.byteLength, length);
      }
      assert.equal(toBase64(bytesOf("..a view..").subarray(2, 8)), "YSB2aWV3");
    }
  } finally {
    Object.defineProperty(globalThis, "process", own);
    for (const [at, [holder, name]] of natives.entries()) {
      if (kept[at]) Object.defineProperty(holder, name, kept[at]!);
    }
  }
});
