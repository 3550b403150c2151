/** OpenAI embeddings through the SDK, which asks for base64 unless told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheStatus } from "../mod.ts";
import { json } from "./completions.ts";
import { formats } from "./embedder.ts";
import type { Handler } from "./endpoint.ts";
import type { OpenAI } from "./sdk.ts";
import { onStage } from "./stage.ts";
import { alike, failsAlike, outcome } from "./trial.ts";

const { give, inputsOf } = formats["openai-embeddings"]!;
const model = "m";

const embedder: Handler = ({ body }) => json(give(JSON.parse(body)), { "x-request-id": "req_1" });

const inputs: Readonly<Record<string, string | string[] | number[] | number[][]>> = {
  "a text": "Grüß dich, 世界 👋",
  "texts": ["a", "b", ""],
  "tokens": [1, 2, 3],
  "lists of tokens": [[1, 2], [3]],
};
const ways = {
  "as the SDK likes it": {},
  "as floats": { encoding_format: "float" },
  "as base64": { encoding_format: "base64" },
  "with everything": { dimensions: 256, user: "u" },
} as const;

for (const [name, input] of Object.entries(inputs)) {
  for (const [way, more] of Object.entries(ways)) {
    test(`embeddings: ${name}, ${way}`, () =>
      alike(async (openai) => {
        const answer = await openai.embeddings.create({ model, input, ...more });
        return [answer, answer._request_id];
      }, { handler: embedder }));
  }
}

test("embeddings: withResponse() and asResponse()", () =>
  alike(async (openai) => {
    const call = () => openai.embeddings.create({ model, input: ["a", "b"] });
    const { data, response, request_id } = await call().withResponse();
    return [data, response.status, response.url, request_id];
  }, { handler: embedder }));

test("embeddings: a server that answers with lists whatever it is asked for", () =>
  alike(
    (openai) => outcome(() => openai.embeddings.create({ model, input: ["a", "b"] })),
    { handler: ({ body }) => json(give({ ...JSON.parse(body), encoding_format: "float" })) },
  ));

test("embeddings: an error", async () => {
  const error = { message: "no such model", type: "invalid_request_error", code: null };
  await failsAlike(
    () => json({ error }, {}, 404),
    "miss status 404",
    (openai) => outcome(() => openai.embeddings.create({ model, input: ["a", "b"] })),
  );
});

/** What the SDK makes of an answer, usage aside. */
const vectorsOf = async (openai: OpenAI, input: string[], more: object = {}) =>
  (await openai.embeddings.create({ model, input, ...more })).data;

test("embeddings: of a new batch the unknown goes out, and the SDK sees no difference", () =>
  onStage(async ({ client, cached, endpoint, out, story }) => {
    const input = ["c", "a", "d", "c", "b"];
    const bare = await vectorsOf(client(), input);
    await vectorsOf(cached(), ["a", "b"]);
    out();
    const { data, response } = await cached().embeddings.create({ model, input }).withResponse();
    assert.deepEqual(data.data, bare);
    assert.deepEqual(data.usage, { prompt_tokens: 2, total_tokens: 2 });
    const status = cacheStatus(response);
    assert.deepEqual([status?.fwd, status?.detail], ["miss", "partial"]);
    assert.deepEqual(inputsOf(JSON.parse(endpoint.calls.at(-1)!.body)), ["c", "d"]);
    assert.equal(out(), 1);
    const again = await cached().embeddings.create({ model, input });
    assert.deepEqual(again, data, "the hit is what the miss was");
    assert.deepEqual(await vectorsOf(cached(), ["d", "a"]), await vectorsOf(client(), ["d", "a"]));
    assert.deepEqual(story(), ["miss", "miss partial", "hit", "hit items"]);
  }, embedder));

test("embeddings: what the SDK recorded serves who asks for floats, as 32-bit floats", () =>
  onStage(async ({ client, cached, out }) => {
    const input = ["a", "b"];
    const decoded = await vectorsOf(cached(), input);
    const plain = await vectorsOf(client(), input, { encoding_format: "float" });
    out();
    const floats = await vectorsOf(cached(), input, { encoding_format: "float" });
    assert.equal(out(), 0);
    assert.deepEqual(floats, plain);
    const rounded = floats.map(({ embedding, ...rest }) => (
      { ...rest, embedding: embedding.map(Math.fround) }
    ));
    assert.deepEqual(rounded, decoded);
  }, embedder));

test("embeddings: retries of a partial call send the rest again", () =>
  onStage(async ({ endpoint, cache, client, story }) => {
    const caching = cache();
    await vectorsOf(caching.chat(client()), ["a"]);
    let failures = 1;
    endpoint.answer((call) =>
      failures-- > 0
        ? { status: 503, headers: { "retry-after-ms": "1" }, body: "{}" }
        : embedder(call)
    );
    const openai = caching.chat(client({ maxRetries: 1 }));
    assert.deepEqual(await vectorsOf(openai, ["a", "b"]), await vectorsOf(client(), ["a", "b"]));
    const sent = endpoint.calls.map(({ body }) => inputsOf(JSON.parse(body)));
    assert.deepEqual(sent, [["a"], ["b"], ["b"], ["a", "b"]]);
    const retries = endpoint.calls.map(({ headers }) => headers["x-stainless-retry-count"]);
    assert.deepEqual(retries, ["0", "0", "1", "0"]);
    assert.deepEqual(story(), ["miss", "miss partial status 503", "miss partial"]);
  }, embedder));
