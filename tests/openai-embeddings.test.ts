import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "../src/dialect.ts";
import { openaiEmbeddings } from "../src/dialects/openai-embeddings.ts";
import { askOf } from "./ask.ts";
import { openaiPlaces } from "./embeddings-places.ts";
import { fixtureLaws, judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import { secretLaws } from "./secret-laws.ts";

const url = "https://api.openai.com/v1/embeddings";
const request = { model: "m", input: ["a", "b"] };
const { bytes } = judgingOf({ dialect: openaiEmbeddings, request, url: () => url });
const { keyOf } = identitiesOf(openaiEmbeddings, "https://api.openai.com", "/v1/embeddings");

const facts = { usage: { input: 5, output: 0 } };
const yes = { keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "whole": { ...facts, ...yes },
  "whole-base64": { ...facts, ...yes },
  "whole-compact": { ...facts, ...yes },
  "whole-cut": no("unparsable"),
  "whole-empty": { ...facts, ...no("no-vectors") },
  "whole-empty-text": { ...facts, ...no("empty-vector") },
  "whole-empty-vector": { ...facts, ...no("empty-vector") },
  "whole-error": no("error"),
  "whole-error-inside": { ...facts, ...no("error") },
  "whole-error-object": no("error"),
  "whole-id": { ...facts, ...yes, id: "embd-7f3a" },
  "whole-list": no("unparsable"),
  "whole-many-vectors": { ...facts, ...yes },
  "whole-missing": { ...facts, ...no("missing-vectors") },
  "whole-nan": no("unparsable"),
  "whole-no-data": no("no-vectors"),
  "whole-no-usage": yes,
  "whole-null-number": { ...facts, ...no("empty-vector") },
  "whole-null-vector": { ...facts, ...no("empty-vector") },
  "whole-openrouter": { ...facts, ...yes, id: "gen-emb-1" },
  "whole-too-many": { ...facts, ...no("missing-vectors") },
  "whole-unordered": { ...facts, ...yes },
};

fixtureLaws({ dialect: openaiEmbeddings, verdicts, request, url: () => url });
secretLaws({
  dialect: openaiEmbeddings,
  url,
  request,
  answer: bytes("whole"),
  secret: openaiPlaces.secret,
});

test("openai-embeddings: which requests it knows, and what they ask", () => {
  for (
    const path of [
      "/v1/embeddings",
      "/api/v1/embeddings",
      "/openai/deployments/ada/embeddings",
      "/embeddings",
    ]
  ) assert.ok(openaiEmbeddings.matches(path), path);
  for (const path of ["/v1/embeddings/batches", "/api/embed", "/v1/chat/completions"]) {
    assert.ok(!openaiEmbeddings.matches(path), path);
  }
  const common = { form: "whole", usage: false, limited: false } as const;
  const known: [object, object][] = [
    [{ input: "  a\n b" }, { items: 1, words: "a b" }],
    [{ input: ["a", "b", "a"] }, { items: 3, words: "a" }],
    [{ input: [1, 2, 3] }, { items: 1, words: "" }],
    [{ input: [[1, 2], [3]] }, { items: 2, words: "" }],
    [{ input: [{ text: "a" }] }, { words: "" }],
    [{ input: ["a", [1]] }, { words: "" }],
    [{ input: [] }, { words: "" }],
  ];
  for (const [body, asked] of known) {
    assert.deepEqual(
      askOf(openaiEmbeddings, { model: "m", ...body }),
      { ...common, model: "m", encoding: "float", converts: true, ...asked },
      JSON.stringify(body),
    );
  }
  const azure = askOf(openaiEmbeddings, { input: "a", encoding_format: "base64", user: "u" });
  const { encoding, converts, model } = azure!;
  assert.deepEqual([encoding, converts, model], ["base64", true, undefined]);
  assert.equal(askOf(openaiEmbeddings, { input: "a", output_dtype: "int8" })?.converts, false);
  for (
    const body of [
      {},
      { model: "m" },
      { model: "m", input: null },
      { model: "m", input: { text: "a" } },
      { model: 1, input: "a" },
      { model: "m", prompt: "Ollama's older endpoint" },
    ]
  ) assert.equal(askOf(openaiEmbeddings, body), null, JSON.stringify(body));
});

test("openai-embeddings: an encoding it does not know passes", () => {
  const { bypass } = openaiEmbeddings;
  const place = { path: "/v1/embeddings", query: new URLSearchParams() };
  for (const encoding_format of ["bytes", "FLOAT", "", 1, ["float"]]) {
    assert.equal(bypass?.({ ...request, encoding_format }, place), "encoding-format");
  }
  for (const encoding_format of ["float", "base64", null, undefined]) {
    assert.equal(bypass?.({ ...request, encoding_format }, place), undefined);
  }
});

test("openai-embeddings: what counts, and what does not", () => {
  const bodies = [
    request,
    { ...request, model: "n" },
    { ...request, dimensions: 256 },
    { ...request, input_type: "query" },
    { ...request, input: ["b", "a"] },
    { ...request, input: ["a", "b", "b"] },
    { ...request, input: "a" },
    { ...request, input: ["a"] },
    { ...request, input: [97] },
    { ...request, input: [[97]] },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ user: "u", encoding_format: "base64", ...request }), keys[0]);
});
