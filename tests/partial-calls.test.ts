/** The call in which only a part of a batch goes out. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { askFor, formats, providerOf, stageOf } from "./embedder.ts";
import { gate, settle } from "./gate.ts";

const openai = formats["openai-embeddings"]!;
const encoder = new TextEncoder();
const body = JSON.stringify(openai.ask(["a", "b", "c"]));

/** A stage on which "a" is known. */
async function known(
  ...[options, change]: Parameters<typeof stageOf> extends [unknown, ...infer R] ? R
    : never
) {
  const stage = stageOf(openai, options, change);
  await stage.ask(["a"]);
  stage.out();
  stage.story();
  return stage;
}

/** The ways in which the call of three inputs may be made. */
const headers = { "content-type": "application/json", "x-stainless-retry-count": "2" };
const length = { "content-length": String(body.length) };
const calls: Readonly<Record<string, () => Parameters<typeof globalThis.fetch>>> = {
  "a text": () => [openai.url, { method: "POST", headers, body }],
  "a URL, and the length named": () => [
    new URL(openai.url),
    { method: "POST", headers: { ...headers, ...length }, body },
  ],
  "bytes, and a list of headers": () => [
    openai.url,
    {
      method: "POST",
      headers: Object.entries({ ...headers, ...length }),
      body: encoder.encode(body),
    },
  ],
  "a buffer, and Headers": () => [
    openai.url,
    { method: "POST", headers: new Headers(headers), body: encoder.encode(body).buffer },
  ],
  "a Request": () => [new Request(openai.url, { method: "POST", headers, body })],
  "a Request and an init": () => [
    new Request(openai.url, { method: "POST", headers: { "x-other": "1" }, body }),
    { headers },
  ],
  "a Request whose body is replaced": () => [
    new Request(openai.url, { method: "POST", headers, body: "{}" }),
    { body },
  ],
};

for (const [name, call] of Object.entries(calls)) {
  test(`a call as ${name}: the rest goes out the same way`, async () => {
    const { cache, sent, right } = await known();
    const response = await cache.fetch(...call());
    assert.deepEqual(openai.read(await response.json()).rest, right(["a", "b", "c"]));
    assert.equal(sent.length, 2);
    const { url, body, headers } = sent[1]!;
    assert.equal(url, openai.url);
    assert.deepEqual(body, openai.ask(["b", "c"]));
    assert.equal(headers.get("x-stainless-retry-count"), "2");
    assert.equal(headers.get("content-type"), "application/json");
    assert.equal(headers.get("content-length"), null, "that of the whole batch is wrong");
    await cache.close();
  });
}

test("a fetch that takes nothing but a Request gets the rest", async () => {
  const provider = providerOf(openai);
  const { cache, right } = stageOf(openai, {
    fetch: (input) => provider.fetch(input as Request),
  });
  const ask = (inputs: string[]) =>
    cache.fetch(
      new Request(openai.url, {
        method: "POST",
        headers,
        body: JSON.stringify(openai.ask(inputs)),
      }),
    );
  await (await ask(["a"])).json();
  const { rest } = openai.read(await (await ask(["a", "b"])).json());
  assert.deepEqual(rest, right(["a", "b"]));
  assert.deepEqual(provider.out(), [openai.ask(["a"]), openai.ask(["b"])]);
  await cache.close();
});

const vouching: Readonly<Record<string, string>> = {
  "content-md5": "Q2hlY2sgSW50ZWdyaXR5IQ==",
  "content-digest": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
  "signature": "sig1=:LAH8Bjcf==:",
  "x-amz-content-sha256": "e3b0c442",
  "authorization": "AWS4-HMAC-SHA256 Credential=AKIA",
};

test("where a header vouches for the body the whole batch goes out", async () => {
  for (const [name, value] of Object.entries(vouching)) {
    const { ask, out, cache, story } = await known();
    const { status } = await ask(["a", "b"], {}, { headers: { [name]: value } });
    assert.deepEqual(out(), [["a", "b"]], name);
    assert.equal(status, "llmcache; fwd=miss");
    assert.deepEqual(story(), ["miss"]);
    await cache.close();
  }
});

test("what the response says of its body is said no more", async () => {
  const { cache, ask } = await known({}, (given) =>
    new Response(JSON.stringify(given), {
      headers: { "content-type": "application/json", etag: '"1"', "content-length": "9", via: "x" },
    }));
  const { response } = await ask(["a", "b"]);
  const told = ["etag", "content-length", "via"].map((name) => response.headers.get(name));
  assert.deepEqual(told, [null, null, "x"]);
  assert.equal(response.url, openai.url);
  await cache.close();
});

test("the response has the URL where a redirect led, on the miss and on the hit", async () => {
  const provider = providerOf(openai);
  const { cache, ask } = stageOf(openai, {
    async fetch(...call) {
      const response = await provider.fetch(...call);
      const led = {
        url: { value: "https://eu.openai.com/v1/embeddings" },
        redirected: { value: true },
      };
      return Object.defineProperties(response, led);
    },
  });
  await ask(["a"]);
  for (const _ of ["miss", "hit"]) {
    const { response } = await ask(["a", "b"]);
    assert.equal(response.url, "https://eu.openai.com/v1/embeddings");
  }
  await cache.close();
});

test("an error of upstream reaches the caller as it is, and nothing is kept", async () => {
  const error = { error: { message: "slow down", type: "rate_limit", code: null } };
  const { ask, out, story, cache } = await known(
    {},
    (given, { body }) =>
      (body.input as string[]).includes("b")
        ? new Response(JSON.stringify(error), {
          status: 429,
          headers: { "content-type": "application/json", "retry-after": "7" },
        })
        : given,
  );
  for (let turn = 0; turn < 2; turn++) {
    const { response, answer, status } = await ask(["a", "b"]);
    assert.deepEqual(answer, error);
    assert.deepEqual([response.status, response.headers.get("retry-after")], [429, "7"]);
    assert.equal(status, "llmcache; fwd=miss; detail=partial");
  }
  assert.deepEqual(out(), [["b"], ["b"]]);
  assert.deepEqual(story(), Array(2).fill("miss partial status 429"));
  await cache.close();
});

test("a call that fails rejects with upstream's own error", async () => {
  const failure = new TypeError("fetch failed");
  const { ask, story, cache } = await known({}, (given, { body }) => {
    if ((body.input as string[]).includes("b")) throw failure;
    return given;
  });
  await assert.rejects(ask(["a", "b"]), (error) => error === failure);
  assert.deepEqual(story(), ["miss partial network-error"]);
  await cache.close();
});

test("an answer that breaks off fails where it is read", async () => {
  const failure = new TypeError("terminated");
  const { cache, story } = await known({}, (given, { body }) => {
    if (!(body.input as string[]).includes("b")) return given;
    return new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(encoder.encode('{"object":'));
        },
        pull(controller) {
          controller.error(failure);
        },
      }),
    );
  });
  const response = await cache.fetch(openai.url, { method: "POST", body });
  assert.equal(response.status, 200);
  await assert.rejects(response.text(), (error) => error === failure);
  assert.deepEqual(story(), ["miss partial failed"]);
  await cache.close();
});

test("an abort ends the call, and nothing is kept", async () => {
  const asked = gate();
  const provider = providerOf(openai);
  const { cache, story, ask } = stageOf(openai, {
    async fetch(input, init) {
      const response = await provider.fetch(input, init);
      if (provider.sent.length !== 2) return response;
      asked.open();
      return await new Promise((_, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    },
  });
  await ask(["a"]);
  const aborting = new AbortController();
  const call = cache.fetch(openai.url, { method: "POST", body, signal: aborting.signal });
  await asked.opened;
  aborting.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
  await settle();
  await ask(["a", "b", "c"]);
  const sent = provider.sent.map(({ body }) => openai.inputsOf(body));
  assert.deepEqual(sent, [["a"], ["b", "c"], ["b", "c"]]);
  assert.deepEqual(story(), ["miss", "miss partial cancelled", "miss partial"]);
  await cache.close();
});

test("the signal of the call goes out with the rest, whatever the caller gave", async () => {
  const signals: (AbortSignal | null | undefined)[] = [];
  const provider = providerOf(openai);
  const { cache, ask } = stageOf(openai, {
    fetch(input, init) {
      signals.push(init?.signal ?? (input instanceof Request ? input.signal : undefined));
      return provider.fetch(input, init);
    },
  });
  await ask(["a"]);
  await ask(["a", "b"]);
  const request = new Request(openai.url, {
    method: "POST",
    body: JSON.stringify(openai.ask(["a", "c"])),
  });
  await (await cache.fetch(request)).json();
  assert.equal(signals.length, 3);
  assert.ok(signals.every((signal) => signal instanceof AbortSignal));
  await cache.close();
});

test("identical batches at once make one partial call, and get the same", async () => {
  const asked = gate();
  const held = gate();
  const { cache, out, story, right, ask } = await known({}, async (given, { body }) => {
    if (!(body.input as string[]).includes("b")) return given;
    asked.open();
    await held.opened;
    return given;
  });
  const calls = [ask(["a", "b"]), ask(["a", "b"])];
  await asked.opened;
  calls.push(ask(["a", "b"]));
  await settle();
  held.open();
  const answers = await Promise.all(calls);
  for (const { answer } of answers) {
    assert.deepEqual(openai.read(answer), { rest: right(["a", "b"]), spent: 1 });
  }
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [
    "llmcache; fwd=miss; collapsed; detail=partial",
    "llmcache; fwd=miss; collapsed; detail=partial",
    "llmcache; fwd=miss; detail=partial",
  ]);
  assert.deepEqual(out(), [["b"]]);
  assert.deepEqual(story().sort(), ["collapsed", "collapsed", "miss partial"]);
  await cache.close();
});

test("who asks for another encoding at the same time has a call of its own", async () => {
  const both = gate();
  const { ask, out, right, cache } = stageOf(openai, {}, async (given, _, number) => {
    if (number === 2) both.open();
    await both.opened;
    return given;
  });
  const base64 = { encoding_format: "base64" };
  const [one, other] = await Promise.all([ask(["a"]), ask(["a"], base64)]);
  assert.deepEqual(openai.read(one.answer).rest, right(["a"]));
  assert.deepEqual(openai.read(other.answer).rest, right(["a"], base64));
  assert.equal(out().length, 2);
  await cache.close();
});

test("a foreign response to the rest: the whole batch goes out, and passes", async () => {
  const provider = providerOf(openai);
  let foreign = false;
  const { cache, ask, story } = stageOf(openai, {
    async fetch(...call) {
      const response = await provider.fetch(...call);
      const { headers, ok, status } = response;
      return foreign
        ? { headers, ok, status, body: {}, json: () => response.json() } as unknown as Response
        : response;
    },
  });
  await ask(["a"]);
  foreign = true;
  const { data } = (await askFor(cache.fetch, openai.url, openai.ask(["a", "b"]))).answer;
  assert.equal((data as unknown[]).length, 2);
  assert.deepEqual(provider.out().map(openai.inputsOf), [["a"], ["b"], ["a", "b"]]);
  assert.deepEqual(story(), ["miss", "miss foreign-response"]);
  await cache.close();
});
