import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { cachedChat, cachedFetch, createCache } from "../mod.ts";

test("options: what is wrong is named, with what was expected", () => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ tttl: 1 }, /`tttl`.*unknown.*storeTimeout/s],
    [{ store: {} }, /`store`.*CacheStore/],
    [{ store: memoryStore(), dir: "x" }, /`store` and `dir` exclude each other/],
    [{ dir: "" }, /`dir`/],
    [{ dir: new URL("https://x/") }, /`dir`.*file: URL/],
    ...[0, -1, 1.5, NaN, -Infinity, "2 GiB", null].map((
      value,
    ): [Record<string, unknown>, RegExp] => [
      { maxBytes: value },
      /`maxBytes` must be a whole number of bytes above 0, or Infinity; it is /,
    ]),
    [{ store: memoryStore(), maxBytes: 1 }, /`store` and `maxBytes` exclude each other/],
    [{ mode: "replai" }, /`mode` must be auto, replay, refresh, off; it is "replai"/],
    [{ namespace: 7 }, /`namespace` must be a string; it is 7/],
    [{ sample: -1 }, /`sample` must be a whole number from 0; it is -1/],
    [{ sample: 1.5 }, /`sample`/],
    [{ sample: "1" }, /`sample`/],
    ...[-1, NaN, "7", "7 d", "d", "7D", "1h30m", "-1d", "1e3s", true, null].flatMap((
      value,
    ): [Record<string, unknown>, RegExp][] => [
      [{ ttl: value }, /`ttl` must be seconds, or a text such as .*"7d"/],
      [{ staleIfError: value }, /`staleIfError` must be seconds/],
    ]),
    [{ aliases: { "http://x/path": "a" } }, /aliases/],
    [{ aliases: { "http://x": "" } }, /aliases/],
    [{ aliases: [] }, /`aliases`.*an array/],
    [{ headers: "x-route" }, /`headers` must be a list of header names; it is "x-route"/],
    [{ headers: ["x route"] }, /`headers`.*"x route"/],
    [{ normalize: "trim" }, /`normalize`/],
    [{ ignore: "body.seed" }, /`ignore` must be a list of paths; it is "body.seed"/],
    [{ key: "k" }, /`key`/],
    [{ dialects: [{ name: "mine" }] }, /dialect `mine` must have a method `matches`/],
    [{ storeIncomplete: "yes" }, /`storeIncomplete`/],
    [{ storeRequest: 0 }, /`storeRequest` must be true or false; it is 0/],
    [{ shouldStore: true }, /`shouldStore` must be a function from an answer to true or false/],
    [{ pace: -1 }, /`pace`/],
    [{ usage: "none" }, /`usage` must be "recorded" or "zero"; it is "none"/],
    [{ freshIds: 1 }, /`freshIds` must be true or false; it is 1/],
    [{ allow: ["/relative"] }, /`allow`/],
    [{ onEvent: 1 }, /`onEvent`/],
    [{ fetch: "fetch" }, /`fetch`/],
    [{ maxEntryBytes: 1.5 }, /`maxEntryBytes`/],
    [{ storeTimeout: 0 }, /`storeTimeout`/],
    [{ now: 1 }, /`now`/],
    [{ wait: 1 }, /`wait`/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => createCache(options), (error) => {
      assert.ok(error instanceof TypeError, JSON.stringify(options));
      assert.match(error.message, message);
      return true;
    });
    assert.throws(() => cachedFetch(options), message);
    assert.throws(() => cachedChat(() => Promise.resolve(1), options), message);
  }
  for (const options of [null, 1, []]) {
    assert.throws(() => createCache(options as never), /must be an object/);
  }
});

test("options: a header that carries a credential is not listed", () => {
  const names = ["authorization", "Api-Key", "x-api-key", "X-Goog-Api-Key", "cookie"];
  const more = ["proxy-authorization", "helicone-auth", "x-auth-token", "x-portkey-api-key"];
  for (const name of [...names, ...more, "ocp-apim-subscription-key", "x-amz-security-token"]) {
    for (const make of [createCache, cachedFetch, (o: object) => createCache().with(o)]) {
      assert.throws(() => make({ headers: ["x-route", name] }), (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, new RegExp(`\`headers\` lists "${name.toLowerCase()}"`));
        return true;
      });
    }
  }
  for (const name of ["x-route", "openai-beta", "x-model", "helicone-cache-enabled"]) {
    createCache({ headers: [name] });
  }
});

test("options: a path to ignore leads into the document", () => {
  const wrong = [
    "",
    "body",
    "seed",
    "messages.*.id",
    "body.",
    "body..id",
    ".body.id",
    "raw.x",
    "v",
  ];
  for (const path of wrong) {
    assert.throws(() => createCache({ ignore: ["body.seed", path] }), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /`ignore` has a path .*"body\.messages\.\*\.id"/);
      return true;
    });
  }
});

test("options: undefined is left out", () => {
  createCache({ store: undefined, mode: undefined, namespace: undefined, pace: undefined });
  createCache({ store: memoryStore(), dir: undefined, maxBytes: undefined });
});

test("options: a bound is a number of bytes, or none", () => {
  for (const maxBytes of [1, 2 ** 40, Infinity]) {
    createCache({ maxBytes });
    createCache({ dir: "x", maxBytes });
    cachedFetch({ maxBytes });
  }
});

test("options: a face takes what a face can have", () => {
  const cache = createCache({ store: memoryStore() });
  cache.with({ namespace: "a", mode: "off", pace: 10, sample: 1, ttl: "7d", staleIfError: 0 });
  for (
    const options of [{ store: memoryStore() }, { dir: "x" }, { maxBytes: 1 }, { maxEntryBytes: 1 }]
  ) {
    assert.throws(() => cache.with(options as never), /for the whole cache only/);
  }
  assert.throws(() => cache.with({ nonsense: 1 } as never), /`nonsense`.*unknown/);
});
