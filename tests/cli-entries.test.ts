import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createCache, type EntryInfo } from "../mod.ts";
import { collect, testKey } from "./bytes.ts";
import { entryWith, NOW, withEntries } from "./cli-io.ts";
import { entryOf } from "./packs.ts";

const numbersIn = (out: string) => [...out.matchAll(/question (\d+)/g)].map(([, n]) => Number(n));

test("ls: the newest first, a line each", async () => {
  await withEntries(3, async ({ on }) => {
    assert.deepEqual(await on(["ls"]), {
      code: 0,
      out: [
        "KEY             AGE  MODEL  NAMESPACE  TOKENS     SIZE  PROMPT",
        "0300000000.w  1 min  m-0    odd             4  3.2 KiB  question 3",
        "0200000000.w  1 min  m-2                    3  1.3 KiB  question 2",
        "0100000000.w  1 min  m-1    odd             2  2.4 KiB  question 1",
        "",
      ].join("\n"),
      err: "",
    });
  });
});

test("ls: how many, and which", async () => {
  await withEntries(60, async ({ on, json }) => {
    const first = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => from - at);
    const cases: [string, number[]][] = [
      ["ls", first(60, 60)],
      ["ls --limit 5", first(60, 5)],
      ["ls --limit 0", first(60, 60)],
      ["ls --limit 100", first(60, 60)],
      ["ls --model m-1 --limit 3", [58, 55, 52]],
      ["ls --namespace odd --limit 2", [59, 57]],
      ["ls --namespace= --limit 2", [60, 58]],
      ["ls --older-than 97s", [3, 2, 1]],
      ["ls --older-than 97 --model m-1", [1]],
    ];
    for (const [line, expected] of cases) {
      const { code, out } = await on(line.split(" "));
      assert.deepEqual([line, code, numbersIn(out)], [line, 0, expected]);
      const entries = await json(...line.split(" ")) as EntryInfo[];
      assert.deepEqual(numbersIn(entries.map(({ words }) => words).join()), expected);
    }
    // A person gets fifty, and is told of the others.
    const told = await on(["ls"], { columns: 80 });
    assert.deepEqual(numbersIn(told.out), first(60, 50));
    assert.equal(told.err, "llmcache: 10 more; --limit 0 lists all.\n");
    const none = await on(["ls", "--model", "gpt"]);
    assert.deepEqual([none.code, none.out], [0, ""]);
    assert.match(none.err, /^llmcache: no entries of this kind in .*cache\.\n$/);
  });
});

test("ls: of very many entries few are held at once", async () => {
  await withEntries(0, async ({ store, on }) => {
    for (let n = 1; n <= 1100; n++) await store.set(testKey(n), entryOf(n, 10));
    assert.deepEqual(numbersIn((await on(["ls", "--limit", "2"])).out), [1100, 1099]);
  });
});

test("ls, --json: what entries() gives, exact", async () => {
  await withEntries(4, async ({ store, json }) => {
    const entries = await collect(createCache({ store }).entries());
    assert.deepEqual(await json("ls"), entries.sort((a, b) => b.recordedAt - a.recordedAt));
  });
});

test("show: the request and the answer, as people read them", async () => {
  await withEntries(0, async ({ store, on }) => {
    const [key, value] = entryWith(7, {
      model: "gpt-4.1",
      namespace: "team",
      sample: 2,
      at: NOW - 7_200_000,
      usage: { input: 1234, output: 7 },
      id: "chatcmpl-1",
      body: '{"model":"gpt-4.1","messages":[]}',
      answer: '{"choices":[]}',
    });
    await store.set(key, value);
    const { code, out, err } = await on(["show", "0700"]);
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(
      out,
      `key        ${key}
recorded   2023-11-14 20:15 UTC (2 h ago), in 1.2 s
url        https://x.test/v1/chat/completions
format     openai-chat, whole
model      gpt-4.1
namespace  team
sample     2
tokens     1,234 in, 7 out
id         chatcmpl-1
size       ${value.length} B, the answer 14 B

request
  {
    "model": "gpt-4.1",
    "messages": []
  }

answer, status 200
  content-type: application/json
  {
    "choices": []
  }
`,
    );
  });
});

test("show, --json: the bodies as they were sent and came", async () => {
  await withEntries(0, async ({ store, json }) => {
    const [key, value] = entryWith(7, { answer: '{"n":  1}', body: '{"a": 1}', model: "m" });
    await store.set(key, value);
    assert.deepEqual(await json("show", "07000"), [{
      key,
      form: "whole",
      dialect: "openai-chat",
      model: "m",
      namespace: "",
      sample: 0,
      recordedAt: NOW,
      milliseconds: 1234,
      request: { url: "https://x.test/v1/chat/completions", headers: {}, body: '{"a": 1}' },
      status: 200,
      headers: { "content-type": "application/json" },
      answer: '{"n":  1}',
      chunks: [[1, 9]],
    }]);
  });
});

test("keys: the beginning will do, where it is one request's", async () => {
  await withEntries(3, async ({ store, on, json }) => {
    await store.set(testKey(1, "stream"), entryOf(1, 10, "stream"));
    // Its first two digits are those of 1.
    await store.set(testKey(257), entryOf(257, 10));
    const shown = async (key: string) =>
      (await json("show", key) as { key: string }[]).map(({ key }) => key);
    assert.deepEqual(await shown(testKey(1)), [testKey(1)]);
    assert.deepEqual(await shown(testKey(1).slice(0, 64)), [testKey(1), testKey(1, "stream")]);
    assert.deepEqual(await shown(`${testKey(1).slice(0, 64)}.s`), [testKey(1, "stream")]);
    assert.deepEqual(await shown("0200000000".toUpperCase() + ".w"), [testKey(2)]);
    const many = await on(["show", "0100000000"]);
    assert.deepEqual([many.code, many.out], [1, ""]);
    assert.match(many.err, /"0100000000" stands for 2 requests: 010+, 010+1\. Give more digits/);
    const none = await on(["show", "abcdabcd"]);
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /no entry has a key that begins with "abcdabcd"\. See llmcache ls\./);
  });
});

test("show: a damaged entry fails, and says what removes it", async () => {
  await withEntries(2, async ({ dir, on }) => {
    const key = testKey(1);
    writeFileSync(join(dir, "01", key), entryOf(1, 500).subarray(0, 400));
    const { code, out, err } = await on(["show", "01000"]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /^llmcache: the entry 01.* is damaged.*llmcache verify.*\n$/);
  });
});

test("stats: what is kept and what was saved, in all and in the last seven days", async () => {
  await withEntries(12, async ({ store, on, json }) => {
    const day = new Date(NOW).toISOString().slice(0, 10);
    await store.ledger!.add({ day: "2023-10-01", calls: 1000, tokens: 5, milliseconds: 7_500_000 });
    await store.ledger!.add({ day, calls: 1, tokens: 1_234_567, milliseconds: 62_000 });
    const { code, out } = await on(["stats"]);
    assert.equal(code, 0);
    const lines = out.split("\n");
    assert.match(lines[0]!, /cache$/);
    assert.match(
      lines[1]!,
      /^kept {8}12 entries, \d\d KiB, 90 tokens, recorded 2023-11-14 22:13 UTC to 2023-11-14 22:13 UTC$/,
    );
    assert.equal(
      lines[2],
      "saved       1,001 calls, 1,234,572 tokens, 2 h 6 min, since 2023-10-01",
    );
    assert.equal(lines[3], "            1 call, 1,234,567 tokens, 1 min 2 s, in the last 7 days");
    assert.match(out, /^ENTRIES +SIZE +TOKENS +MODEL\n( +4 +\S+ \S+ +\d+ +m-\d\n){3}$/m);
    assert.deepEqual(await json("stats"), await createCache({ store, now: () => NOW }).stats());
  });
});
