import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheEvent } from "../mod.ts";
import { json } from "./completions.ts";
import { type Handler, type Reply, startEndpoint } from "./endpoint.ts";
import { gate } from "./gate.ts";
import { scripted, word } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { onStage, question } from "./stage.ts";
import { failsAlike, outcome, readOut, steady } from "./trial.ts";

const streamed = { ...question, stream: true } as const;
const ask = (openai: OpenAI) => outcome(() => openai.chat.completions.create(question));

test("connections: nobody there", async () => {
  const gone = await startEndpoint();
  await gone.close();
  await onStage(async ({ client, cache, story }) => {
    const make = () => client({ baseURL: gone.url });
    const bare = await ask(make());
    assert.match(JSON.stringify(bare), /"class":"APIConnectionError"/);
    assert.deepEqual(await ask(cache().chat(make())), bare);
    assert.deepEqual(story(), ["miss network-error"]);
  });
});

test("connections: cut before a byte", () =>
  failsAlike(
    () => {
      throw new Error("cut");
    },
    "miss network-error",
    ask,
  ).then(() => {}));

test("connections: cut in the middle of a stream", async () => {
  const { handler, last } = scripted(word("half"));
  const ask = async (openai: OpenAI) => {
    const stream = await openai.chat.completions.create(streamed);
    const chunks = stream[Symbol.asyncIterator]();
    const first = await chunks.next();
    last().cut();
    return [first, await outcome(() => chunks.next())];
  };
  await failsAlike(handler, "miss failed", ask);
});

test("connections: cut in the middle of a whole answer", async () => {
  const { handler, last } = scripted('{"id":"x",');
  const ask = async (openai: OpenAI) => {
    const response = await openai.chat.completions.create(question).asResponse();
    const rest = outcome(() => response.text());
    last().cut();
    return rest;
  };
  await failsAlike(handler, "miss failed", ask);
});

test("timeouts: before the answer", () =>
  onStage(async ({ client, cached, endpoint }) => {
    const ask = (openai: OpenAI) =>
      outcome(() => openai.chat.completions.create(question, { timeout: 20 }));
    const bare = await ask(client());
    assert.match(JSON.stringify(bare), /"class":"APIConnectionTimeoutError"/);
    const told = gate<CacheEvent>();
    assert.deepEqual(await ask(cached({ onEvent: told.open })), bare);
    const event = await told.opened;
    assert.ok(event.status === "miss" && event.reason === "cancelled");
    for (const call of endpoint.calls) assert.equal(await call.left, true);
  }, () => new Promise<Reply>(() => {})));

test("timeouts: on a hit nothing times out", () =>
  onStage(async ({ cached, out }) => {
    const first = await cached().chat.completions.create(question);
    const again = await cached().chat.completions.create(question, { timeout: 1000 });
    assert.deepEqual(again, first);
    assert.equal(out(), 1);
  }));

for (const status of [408, 409, 429, 500, 503]) {
  test(`retries: ${status} twice, and then the answer, which is stored`, () =>
    onStage(async ({ endpoint, client, cache, story, out }) => {
      const retries = () => {
        const counts = endpoint.calls.map(({ headers }) => headers["x-stainless-retry-count"]);
        return counts.splice(-3);
      };
      const make = () => client({ maxRetries: 2 });
      const bare = await make().chat.completions.create(question);
      assert.deepEqual(retries(), ["0", "1", "2"]);
      assert.deepEqual(await cache().chat(make()).chat.completions.create(question), bare);
      assert.deepEqual(retries(), ["0", "1", "2"]);
      assert.equal(out(), 6);
      assert.deepEqual(story(), [`miss status ${status}`, `miss status ${status}`, "miss"]);
      assert.deepEqual(await cache().chat(make()).chat.completions.create(question), bare);
      assert.equal(out(), 0);
    }, twice(status)));
}

/** Fails the first two of three calls, with a header that asks for a retry at once. */
function twice(status: number): Handler {
  return (call) =>
    call.number % 3 === 0
      ? steady(call)
      : json({ error: { message: "later" } }, { "retry-after-ms": "1" }, status);
}

test("retries: the provider's word is obeyed: x-should-retry", () =>
  onStage(async ({ client, cache, out }) => {
    const make = () => client({ maxRetries: 2 });
    const bare = await ask(make());
    assert.equal(out(), 1);
    assert.deepEqual(await ask(cache().chat(make())), bare);
    assert.equal(out(), 1);
  }, () => json({ error: { message: "never" } }, { "x-should-retry": "false" }, 500)));

test("retries: a stream's retries, and those of a connection that was cut", () =>
  onStage(async ({ client, cache, out, story }) => {
    const openai = cache().chat(client({ maxRetries: 2 }));
    const first = await readOut(openai.chat.completions.create(streamed));
    assert.ok(out() >= 3);
    assert.deepEqual(await readOut(openai.chat.completions.create(streamed)), first);
    assert.equal(out(), 0);
    assert.deepEqual(story(), ["miss status 500", "miss network-error", "miss", "hit"]);
  }, (call) => {
    const count = call.headers["x-stainless-retry-count"];
    if (count === "1") throw new Error("cut");
    if (count === "2") return steady(call);
    return json({ error: { message: "later" } }, { "retry-after-ms": "1" }, 500);
  }));
