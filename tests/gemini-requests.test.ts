import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import type { Form } from "../src/dialect.ts";
import { gemini } from "../src/dialects/gemini.ts";
import { readTarget } from "../src/identity/target.ts";
import { askOf } from "./ask.ts";
import { judgingOf } from "./fixture-laws.ts";
import { hash, identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";

const model = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash";
const url = (form: Form) =>
  form === "stream" ? `${model}:streamGenerateContent?alt=sse` : `${model}:generateContent`;
const request = { contents: [{ role: "user", parts: [{ text: "q" }] }] };
const { bytes } = judgingOf({ dialect: gemini, request, url });
const { keyOf } = identitiesOf(gemini, "https://generativelanguage.googleapis.com", "/v1beta");

test("gemini: which requests it knows, and what they ask", () => {
  const vertex = "/v1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-pro";
  for (
    const path of [
      "/v1beta/models/gemini-2.5-flash:generateContent",
      "/v1/models/gemini-2.5-flash:streamGenerateContent",
      "/v1beta/tunedModels/mine-1:generateContent",
      `${vertex}:generateContent`,
      `/v1beta1${vertex.slice(3)}:streamGenerateContent`,
      "/v1/projects/p/locations/eu/endpoints/123:generateContent",
      "/gateway/google-ai-studio/v1beta/models/gemini-2.5-flash:generateContent",
    ]
  ) assert.ok(gemini.matches(path), path);
  for (
    const path of [
      "/v1beta/models/gemini-2.5-flash:countTokens",
      "/v1beta/models/gemini-2.5-flash:embedContent",
      "/v1beta/models/gemini-2.5-flash:batchGenerateContent",
      "/v1beta/models/gemini-2.5-flash:generateContent/operations/1",
      "/v1beta/models/:generateContent",
      "/v1/projects/p/locations/eu/publishers/anthropic/models/claude:rawPredict",
      "/v1beta/files",
      "/v1/chat/completions",
    ]
  ) assert.ok(!gemini.matches(path), path);
  const contents = [
    { role: "user", parts: [{ inlineData: {} }, { text: "  the\n last  one " }] },
    { role: "model", parts: [{ text: "an answer" }] },
  ];
  const named = { model: "gemini-2.5-flash", usage: false };
  const limit = { generationConfig: { maxOutputTokens: 9 } };
  assert.deepEqual(askOf(gemini, { contents, ...limit }, url("stream")), {
    ...named,
    form: "stream",
    limited: true,
    words: "the last one",
  });
  const bare = { ...named, form: "whole", limited: false };
  for (
    const contents of [
      { parts: { text: "q" } },
      [{ parts: [{ text: "q" }] }],
      { role: "user", parts: [{ text: "q" }] },
    ]
  ) assert.deepEqual(askOf(gemini, { contents }, url("whole")), { ...bare, words: "q" });
  assert.deepEqual(askOf(gemini, { contents: [] }, url("whole")), { ...bare, words: "" });
  for (const body of [{}, { contents: "q" }, { contents: null }, { messages: [] }]) {
    assert.equal(askOf(gemini, body, url("whole")), null, JSON.stringify(body));
  }
});

test("gemini: both methods are one request; model, version and every other parameter count", () => {
  const targetOf = (url: string) => gemini.target!(readTarget(url, new Map(), hash).target);
  const whole = targetOf(url("whole"));
  assert.deepEqual(whole, {
    origin: "https://generativelanguage.googleapis.com",
    path: "/v1beta/models/gemini-2.5-flash",
  });
  for (const query of ["alt=sse", "key=K&alt=sse", "alt=sse&key=K"]) {
    assert.deepEqual(targetOf(`${model}:streamGenerateContent?${query}`), whole, query);
  }
  const others = [
    `${model}-lite:generateContent`,
    `${model.replace("v1beta", "v1")}:generateContent`,
    `${model.replace("models", "tunedModels")}:generateContent`,
    `${model}:generateContent?alt=json`,
    `${model}:generateContent?prettyPrint=false`,
    `${model}:generateContent?prettyPrint=false&alt=sse`,
    `${model}:generateContent?sse`,
  ].map((url) => JSON.stringify(targetOf(url)));
  assert.equal(new Set([JSON.stringify(whole), ...others]).size, others.length);
});

test("gemini: an error has the provider's own shape", () => {
  assert.deepEqual(gemini.error("m", "c"), {
    error: {
      code: 400,
      message: "m",
      status: "INVALID_ARGUMENT",
      details: [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "c", domain: "llmcache" },
      ],
    },
  });
});

test("gemini: what comes in another form, or is written elsewhere, passes, and is told of", async () => {
  const passing: [detail: string, url: string, more?: object][] = [
    ["json-array", `${model}:streamGenerateContent`],
    ["json-array", `${model}:streamGenerateContent?alt=json`],
    ["unknown-alt", `${model}:streamGenerateContent?alt=proto`],
    ["unknown-alt", `${model}:streamGenerateContent?alt=sse&alt=json`],
    ["unknown-alt", `${model}:generateContent?alt=sse`],
    ["output-config", url("whole"), { outputConfig: { outputUriPrefix: "gs://b/" } }],
    ["output-config", url("stream"), { output_config: { output_uri_prefix: "gs://b/" } }],
    ["unsupported-endpoint", `${model}:countTokens`],
    ["unsupported-endpoint", `${model}:batchGenerateContent`],
  ];
  const events: CacheEvent[] = [];
  const cache = createCache({
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    fetch: (input) =>
      Promise.resolve(
        new Response(bytes(String(input).includes("alt=sse") ? "stream" : "whole").slice()),
      ),
  });
  const ask = (to: string, more: object = {}) =>
    cache.fetch(to, { method: "POST", body: JSON.stringify({ ...request, ...more }) })
      .then((response) => response.arrayBuffer());
  const told = () =>
    events.splice(0).map((event) => "detail" in event ? event.detail : event.status);
  for (const [detail, to, more] of passing) {
    await ask(to, more);
    await ask(to, more);
    assert.deepEqual(told(), [detail, detail], to);
  }
  for (const form of ["whole", "stream"] as const) {
    await ask(url(form));
    await ask(`${url(form)}${form === "stream" ? "&" : "?"}key=another`, { labels: { team: "a" } });
    const [first] = told();
    assert.equal(first, form === "whole" ? "miss" : "lossy", "one key, two forms");
  }
  await ask(`${model}:generateContent?alt=json`, { outputConfig: null });
  assert.deepEqual(told(), ["miss"]);
  await cache.close();
});

test("gemini: an id is an ordinal where a call has it, and nowhere else", () => {
  const say = (...parts: Json[]): Json => ({ contents: [{ role: "model", parts }] });
  const kinds: [call: string, result: string][] = [
    ["functionCall", "functionResponse"],
    ["function_call", "function_response"],
    ["toolCall", "toolResponse"],
    ["executableCode", "codeExecutionResult"],
  ];
  for (const [call, result] of kinds) {
    const pair = (id: string, of: string) =>
      keyOf(say({ [call]: { id, name: "f", args: {} } }, { [result]: { id: of, name: "f" } }));
    assert.equal(pair("a", "a"), pair("b", "b"), call);
    assert.notEqual(pair("a", "a"), pair("a", "b"), call);
    assert.notEqual(pair("a", "0"), pair("a", "a"), call);
  }
  const inside = (id: string) => keyOf(say({ functionCall: { id: "a", args: { id } } }));
  assert.notEqual(inside("a"), inside("b"), "an id in the arguments is not ours to read");
  const alone = (id: string) => keyOf(say({ functionResponse: { id, name: "f" } }));
  assert.notEqual(alone("a"), alone("b"), "the call stands elsewhere");
  const without = keyOf(say({ functionCall: { name: "f" } }));
  assert.notEqual(keyOf(say({ functionCall: { name: "f", id: "a" } })), without, "an id or none");
});

test("gemini: the configuration counts whole, the order in a schema too, labels do not", () => {
  const schema = { type: "object", properties: { verdict: {}, reasoning: {} } };
  const turned = { type: "object", properties: { reasoning: {}, verdict: {} } };
  const { type, ...rest } = schema;
  const around = { ...rest, type };
  const bodies: Json[] = [
    request,
    { ...request, generationConfig: {} },
    { ...request, generationConfig: { temperature: 0 } },
    { ...request, generationConfig: { maxOutputTokens: 5 } },
    { ...request, generation_config: { max_output_tokens: 5 } },
    { ...request, generationConfig: { responseSchema: schema } },
    { ...request, generationConfig: { responseSchema: turned } },
    { ...request, generationConfig: { responseFormat: [{ text: { schema } }] } },
    { ...request, generationConfig: { responseFormat: [{ text: { schema: turned } }] } },
    { ...request, tools: [{ functionDeclarations: [{ name: "f", parameters: schema }] }] },
    { ...request, tools: [{ functionDeclarations: [{ name: "f", parameters: turned }] }] },
    { ...request, tools: [{ functionDeclarations: [{ name: "f", parameters: around }] }] },
    { ...request, generationConfig: { responseSchema: around } },
    { ...request, generationConfig: { responseFormat: [{ text: { schema: around } }] } },
    { ...request, cachedContent: "cachedContents/1" },
    { ...request, continuationToken: "t" },
    { ...request, store: false },
    { contents: { role: "user", parts: [{ text: "q" }] } },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ ...request, labels: { team: "a" } }), keys[0]);
  const tool = { parameters: schema, name: "f" };
  assert.equal(keyOf({ tools: [{ functionDeclarations: [tool] }], ...request }), keys[9]);
});
