import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { createCache, type EntryInfo } from "../mod.ts";
import { collect } from "./bytes.ts";
import { NOW, withEntries } from "./cli-io.ts";

const url = "https://x.test/v1/chat/completions";
const messages = [{ role: "user", content: "Hello" }];

test("why: a file or standard input; a hit, what comes nearest, what passes", async () => {
  await withEntries(0, async ({ store, on, json, beside }) => {
    const answer =
      '{"id":"a","choices":[{"index":0,"message":{"content":"!"},"finish_reason":"stop"}]}';
    const fetch = () => Promise.resolve(new Response(answer));
    const cache = createCache({ store, fetch, now: () => NOW });
    for (const face of [cache, cache.with({ namespace: "team", sample: 1 })]) {
      const init = { method: "POST", body: JSON.stringify({ model: "m", messages, seed: 1 }) };
      await (await face.fetch(url, init)).text();
    }
    const [{ key }] = await collect(cache.entries({ namespace: "" })) as [EntryInfo];
    const file = beside("request.json");
    const ask = (body: unknown) => writeFileSync(file, JSON.stringify({ url, body }));

    ask({ model: "m", messages, seed: 1 });
    const hit = await on(["why", file]);
    assert.deepEqual([hit.code, hit.err], [0, ""]);
    assert.match(hit.out, /^it is a hit, recorded 2023-11-14T22:15:00\.000Z: /);
    assert.match(hit.out, new RegExp(`\nSee llmcache show ${key.slice(0, 10)}\\.w\n$`));
    assert.deepEqual(await on(["why", "-"], { input: readFileSync(file) }), hit);
    assert.equal((await json("why", file) as { key: string }).key, key);

    ask({ model: "m", messages, seed: 2 });
    const miss = await on(["why", file]);
    assert.equal(miss.code, 0);
    assert.match(
      miss.out,
      /^It is not in the cache\.\nThe nearest of 2 stored .*, differs:\n- body\.seed asked 2, stored 1\nSee llmcache show \w+\.w\n$/,
    );
    const told = await json("why", file);
    assert.deepEqual(told, await cache.why({ url, body: { model: "m", messages, seed: 2 } }));

    ask({ model: "m", messages, seed: 1 });
    const other = await json("why", file, "--namespace", "team", "--sample", "1");
    assert.equal((other as { status: string }).status, "hit");
    const passing = await on(["why", "-"], { input: `{"url":"https://x.test/files","body":{}}` });
    assert.match(passing.out, /^[^\n]+\n$/);
    assert.ok(!/llmcache show/.test(passing.out));
  });
});

test("why: what is no request fails, and the message tells what one is", async () => {
  await withEntries(0, async ({ on, beside }) => {
    const cases: [string, RegExp][] = [
      ["", /standard input is no JSON \(.*\); it must be an object \{ "url"/],
      [
        '{"url":"https://x.test","body":{},"headers":{"a b":"c"}}',
        /: the headers in standard input cannot be used \(.*\)\.$/,
      ],
      ["[1,2]", /standard input must be an object \{ "url".*; there is neither\.$/],
      ["null", /there is neither\.$/],
      [`{"url":"${url}"}`, /there is no body\.$/],
      [`{"body":{}}`, /there is no url\.$/],
    ];
    for (const [input, expected] of cases) {
      const { code, out, err } = await on(["why", "-"], { input });
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err.trimEnd(), expected);
    }
    const { code, err } = await on(["why", beside("none.json")]);
    assert.deepEqual([code, /none\.json cannot be used: it does not exist\.\n$/.test(err)], [
      1,
      true,
    ]);
  });
});
