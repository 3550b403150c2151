import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import { ollama } from "../src/dialects/ollama.ts";
import { askOf } from "./ask.ts";
import { judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";

const origin = "http://127.0.0.1:11434";
const request = { model: "llama3.2", messages: [{ role: "user", content: "q" }] };
const { bytes } = judgingOf({ dialect: ollama, request, url: () => `${origin}/api/chat` });
const { keyOf } = identitiesOf(ollama, origin, "/api/chat");

test("ollama: which requests it knows, and what they ask", () => {
  for (const path of ["/api/chat", "/api/generate", "/ollama/api/chat"]) {
    assert.ok(ollama.matches(path), path);
  }
  for (
    const path of [
      "/api/embed",
      "/api/pull",
      "/api/tags",
      "/api/chat/completions",
      "/api/chat/1",
      "/v1/chat/completions",
      "/api/v1/generate",
      "/rapi/chats",
    ]
  ) assert.ok(!ollama.matches(path), path);
  const messages = [
    { role: "user", content: "  the\n last  one " },
    { role: "assistant", content: null, tool_calls: [] },
  ];
  const chat = (body: Record<string, unknown>) => askOf(ollama, body, `${origin}/api/chat`);
  const generate = (body: Record<string, unknown>) => askOf(ollama, body, `${origin}/api/generate`);
  const asked = { model: "m", usage: false, limited: false, words: "the last one" };
  for (const stream of [undefined, null, true]) {
    assert.deepEqual(chat({ model: "m", messages, stream }), { ...asked, form: "stream" });
  }
  const options = { num_predict: 0 };
  assert.deepEqual(chat({ model: "m", messages, stream: false, options }), {
    ...asked,
    form: "whole",
    limited: true,
  });
  const prompted = { ...asked, form: "stream", words: "q" };
  assert.deepEqual(generate({ model: "m", prompt: "q" }), prompted);
  // What other services take at such a path.
  const bodies: Record<string, unknown>[] = [
    {},
    { messages },
    { model: "m", messages: "q" },
    { model: "m", messages: { role: "user", content: "q" } },
    { model: "m", messages: [null] },
    { model: "m", messages: [{ content: "q" }] },
    { model: "m", messages: [{ role: "user", content: [{ type: "text", text: "q" }] }] },
    { model: "m", messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "q" }] }] },
    { model: "m", messages, stream: "false" },
  ];
  for (const body of bodies) assert.equal(chat(body), null, JSON.stringify(body));
  for (const body of [{ prompt: "q" }, { model: "m", prompt: ["q"] }]) {
    assert.equal(generate(body), null, JSON.stringify(body));
  }
});

test("ollama: an error is a text, as its clients expect it", () => {
  assert.deepEqual(ollama.error("m", "c"), { error: "m", code: "c" });
});

test("ollama: both endpoints and both forms are kept apart; what loads a model passes", async () => {
  const events: CacheEvent[] = [];
  const cache = createCache({
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    fetch: (_, init) => {
      const name = String(init?.body).includes('"stream":false') ? "whole" : "stream";
      return Promise.resolve(new Response(bytes(name).slice()));
    },
  });
  const ask = (path: string, body: object) =>
    cache.fetch(`${origin}/api/${path}`, { method: "POST", body: JSON.stringify(body) })
      .then((response) => response.arrayBuffer());
  const told = () =>
    events.splice(0).map((event) => "detail" in event ? event.detail : event.status);
  const model = "llama3.2";
  const passing: [detail: string, path: string, body: object][] = [
    ["no-prompt", "generate", { model }],
    ["no-prompt", "generate", { model, prompt: "" }],
    ["no-prompt", "generate", { model, keep_alive: 0 }],
    ["no-prompt", "chat", { model }],
    ["no-prompt", "chat", { model, messages: [], keep_alive: 0 }],
    ["unsupported-endpoint", "show", { model }],
    ["unsupported-endpoint", "pull", { model, stream: false }],
    ["unsupported-endpoint", "chat", { model, messages: [{ role: "user", parts: [] }] }],
  ];
  for (const [detail, path, body] of passing) {
    await ask(path, body);
    await ask(path, body);
    assert.deepEqual(told(), [detail, detail], JSON.stringify(body));
  }
  await ask("chat", request);
  await ask("chat", { ...request, stream: true, keep_alive: "10m" });
  assert.deepEqual(told(), ["miss", "hit"]);
  await ask("chat", { ...request, stream: false });
  await ask("chat", { stream: false, ...request });
  assert.deepEqual(told(), ["lossy", "hit"], "one key, two forms");
  await ask("generate", { ...request, prompt: "q" });
  assert.deepEqual(told(), ["miss"], "another endpoint");
  await cache.close();
});

test("ollama: an id is an ordinal where a call has it, and nowhere else", () => {
  const say = (...messages: Json[]): Json => ({ model: "m", messages });
  const pair = (id: string, of: string) =>
    keyOf(say(
      { role: "assistant", content: "", tool_calls: [{ id, function: { name: "f" } }] },
      { role: "tool", tool_call_id: of, content: "r" },
    ));
  assert.equal(pair("a", "a"), pair("b", "b"));
  assert.notEqual(pair("a", "a"), pair("a", "b"));
  assert.notEqual(pair("a", "0"), pair("a", "a"));
  const alone = (id: string) => keyOf(say({ role: "tool", tool_call_id: id, content: "r" }));
  assert.notEqual(alone("a"), alone("b"), "the call stands elsewhere");
  const inside = (id: string) =>
    keyOf(say({ role: "assistant", tool_calls: [{ function: { arguments: { id } } }] }));
  assert.notEqual(inside("a"), inside("b"), "an id in the arguments is not ours to read");
});

test("ollama: the order in format, tools and arguments counts, options whole, keep_alive does not", () => {
  const schema = { type: "object", properties: { verdict: {}, reasoning: {} } };
  const turned = { type: "object", properties: { reasoning: {}, verdict: {} } };
  const { type, ...rest } = schema;
  const around = { ...rest, type };
  const called = (given: Json): Json => ({
    ...request,
    messages: [{ role: "assistant", tool_calls: [{ function: { name: "f", arguments: given } }] }],
  });
  const bodies: Json[] = [
    request,
    { ...request, format: schema },
    { ...request, format: turned },
    { ...request, format: around },
    { ...request, tools: [{ type: "function", function: { name: "f", parameters: around } }] },
    { ...request, tools: [{ type: "function", function: { name: "f", parameters: schema } }] },
    { ...request, tools: [{ type: "function", function: { name: "f", parameters: turned } }] },
    called({ a: 1, b: 2 }),
    called({ b: 2, a: 1 }),
    { ...request, options: {} },
    { ...request, options: { num_ctx: 4096 } },
    { ...request, options: { num_ctx: 8192 } },
    { ...request, think: "high" },
    { ...request, think: true },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ keep_alive: -1, stream: false, ...request }), keys[0]);
  const options = (given: Json) => keyOf({ ...request, options: given });
  assert.equal(options({ seed: 1, num_ctx: 4096 }), options({ num_ctx: 4096, seed: 1 }));
});
