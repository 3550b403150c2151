import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import type { Verdict } from "../src/dialect.ts";
import { openaiResponses } from "../src/dialects/openai-responses.ts";
import { askOf } from "./ask.ts";
import { fixtureLaws, formOf, judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import { places } from "./openai-responses-places.ts";
import type { Json } from "./paths.ts";
import { secretLaws } from "./secret-laws.ts";

const url = "https://api.openai.com/v1/responses";
const request = { model: "m", input: "q" };
const { bytes, asking, judge } = judgingOf({ dialect: openaiResponses, request, url: () => url });
const { keyOf } = identitiesOf(openaiResponses, "https://api.openai.com", "/v1/responses");
const encoder = new TextEncoder();

const begun = { id: "resp_01AbC123" };
const facts = { ...begun, usage: { input: 9, output: 4 } };
const yes = { keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;
const incomplete = (reason: string) => ({ keep: "incomplete", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "stream": { ...facts, ...yes },
  "stream-bare-end": { ...facts, ...yes },
  "stream-broken": { ...facts, ...no("unparsable") },
  "stream-comments": { ...facts, ...yes },
  "stream-content-filter": { ...facts, ...incomplete("content_filter") },
  "stream-cr": { ...facts, ...yes },
  "stream-crlf": { ...facts, ...yes },
  "stream-cut": { ...begun, ...no("cut") },
  "stream-cut-inside": { ...begun, ...no("cut") },
  "stream-done": { ...facts, ...yes },
  "stream-done-only": { ...begun, ...no("cut") },
  "stream-empty": { ...facts, ...no("no-output") },
  "stream-error": { ...begun, ...no("error") },
  "stream-error-text": { ...facts, ...no("error") },
  "stream-error-unnamed": { ...facts, ...no("error") },
  "stream-failed": { ...begun, ...no("error") },
  "stream-failed-silent": { ...begun, ...no("error") },
  "stream-length": { ...facts, ...incomplete("max_output_tokens") },
  "stream-no-response": no("no-response"),
  "stream-refusal": { ...facts, ...incomplete("refusal") },
  "stream-refusal-end": { ...facts, ...incomplete("refusal") },
  "stream-short-end": { ...facts, ...yes },
  "stream-tools": { ...facts, ...yes },
  "stream-unfinished": { ...facts, ...no("unfinished") },
  "stream-unnamed": { ...facts, ...yes },
  "whole": { ...facts, ...yes },
  "whole-cancelled": { ...facts, ...no("unfinished") },
  "whole-chat": no("no-response"),
  "whole-compact": { ...facts, ...yes },
  "whole-content-filter": { ...facts, ...incomplete("content_filter") },
  "whole-custom": { ...facts, ...yes },
  "whole-cut": no("unparsable"),
  "whole-empty": { ...facts, ...no("no-output") },
  "whole-error": no("error"),
  "whole-failed": { ...begun, ...no("error") },
  "whole-failed-silent": { ...facts, ...no("error") },
  "whole-incomplete": { ...facts, ...incomplete("incomplete") },
  "whole-length": { ...facts, ...incomplete("max_output_tokens") },
  "whole-queued": { ...begun, ...no("unfinished") },
  "whole-refusal": { ...facts, ...incomplete("refusal") },
  "whole-survey": no("no-response"),
  "whole-tools": { ...facts, ...yes },
};

fixtureLaws({
  dialect: openaiResponses,
  verdicts,
  request,
  url: () => url,
  terminator: /\{"type":"response\.(completed|incomplete)".*(?=\})/,
});
secretLaws({
  dialect: openaiResponses,
  url,
  request,
  answer: bytes("whole"),
  secret: places.secret,
  urls: ["tools.*.server_url", "input.*@tool_search_output|additional_tools.tools.*.server_url"],
  passing: (place) => /container|environment/.test(place),
});

test("openai-responses: a limit that the request set makes its cut whole", () => {
  for (const name of ["stream-length", "whole-length"]) {
    const limited = asking(formOf(name), { max_output_tokens: 16 });
    assert.equal(judge([bytes(name)], limited).keep, "yes", name);
    const asked = asking(formOf(name), { max_output_tokens: null, max_tokens: 5 });
    assert.equal(judge([bytes(name)], asked).keep, "incomplete", name);
  }
  const asked = asking("whole", { max_output_tokens: 16 });
  for (const name of ["whole-content-filter", "whole-incomplete", "whole-refusal"]) {
    assert.equal(judge([bytes(name)], asked).keep, "incomplete", name);
  }
});

test("openai-responses: what is no answer is not kept", () => {
  for (const text of ["[]", "null", '"x"', "{}", "", '{"object":"response"}']) {
    assert.equal(judge([encoder.encode(text)], asking("whole")).keep, "no", text);
  }
  assert.equal(judge([bytes("stream")], asking("whole")).keep, "no", "a stream nobody asked for");
  assert.equal(judge([bytes("whole")], asking("stream")).keep, "no", "no stream");
});

test("openai-responses: which requests it knows, and what they ask", () => {
  for (const path of ["/v1/responses", "/responses", "/openai/v1/responses"]) {
    assert.ok(openaiResponses.matches(path), path);
  }
  for (
    const path of [
      "/v1/responses/resp_1",
      "/v1/responses/resp_1/cancel",
      "/v1/responses/compact",
      "/v1/responses/input_tokens",
      "/v1/chat/completions",
    ]
  ) assert.ok(!openaiResponses.matches(path), path);
  const input = [
    { role: "user", content: [{ type: "input_text", text: "  the\n last  one " }] },
    { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
  ];
  const named = { form: "stream", model: "m", usage: false, limited: true, words: "the last one" };
  assert.deepEqual(
    askOf(openaiResponses, { input, model: "m", stream: true, max_output_tokens: 9 }),
    named,
  );
  const bare = { form: "whole", usage: false, limited: false };
  assert.deepEqual(askOf(openaiResponses, { input: " q  r ", model: "m", stream: null }), {
    ...bare,
    model: "m",
    words: "q r",
  });
  assert.deepEqual(askOf(openaiResponses, { prompt: { id: "pmpt_1" } }), { ...bare, words: "" });
  for (
    const body of [
      {},
      { model: "m" },
      { input: "q" },
      { input: { q: 1 }, model: "m" },
      { input: { q: 1 }, prompt: { id: "pmpt_1" } },
      { responses: [{ question: 1 }] },
      { input: "q", model: "m", stream: "true" },
      { input: "q", model: "m", stream_options: { include_usage: 1 } },
    ]
  ) assert.equal(askOf(openaiResponses, body), null, JSON.stringify(body));
});

test("openai-responses: an error has the provider's own shape", () => {
  assert.deepEqual(openaiResponses.error("m", "c"), {
    error: { message: "m", type: "invalid_request_error", param: null, code: "c" },
  });
});

test("openai-responses: what depends on the provider's own state passes, and is told of", async () => {
  const mcp = { type: "mcp", server_label: "s", server_url: "https://s.example" };
  const passing: [detail: string, more: object][] = [
    ["conversation", { conversation: "conv_1" }],
    ["conversation", { conversation: { id: "conv_1" } }],
    ["background", { background: true }],
    ["container", { tools: [{ type: "code_interpreter" }] }],
    ["container", { tools: [{ type: "code_interpreter", container: "cntr_1" }] }],
    ["container", { tools: [{ type: "code_interpreter", container: { type: "auto" } }] }],
    ["container", { tools: [{ type: "shell", environment: { type: "container_auto" } }] }],
    ["container", {
      input: [{ type: "additional_tools", tools: [{ type: "code_interpreter", container: "c" }] }],
    }],
    ["mcp-approval", { tools: [mcp] }],
    ["mcp-approval", { tools: [{ ...mcp, require_approval: "always" }] }],
    ["mcp-approval", { tools: [{ ...mcp, require_approval: { never: { tool_names: ["t"] } } }] }],
    ["mcp-approval", { input: [{ type: "mcp_approval_response", approve: true }] }],
  ];
  const cached: object[] = [
    { conversation: null, background: false },
    { tools: [{ ...mcp, require_approval: "never" }] },
    { tools: [{ type: "shell", environment: { type: "local" } }, { type: "web_search" }] },
    { previous_response_id: "resp_1" },
  ];
  const events: CacheEvent[] = [];
  const cache = createCache({
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    fetch: () => Promise.resolve(new Response(bytes("whole").slice())),
  });
  const ask = (more: object, to = url) =>
    cache.fetch(to, { method: "POST", body: JSON.stringify({ ...request, ...more }) })
      .then((response) => response.arrayBuffer());
  const told = () =>
    events.splice(0).map((event) => "detail" in event ? event.detail : event.status);
  for (const [detail, more] of passing) {
    await ask(more);
    await ask(more);
    assert.deepEqual(told(), [detail, detail], JSON.stringify(more));
  }
  for (const more of cached) {
    await ask(more);
    await ask(more);
    assert.deepEqual(told(), ["miss", "hit"], JSON.stringify(more));
  }
  await ask({}, `${url}/resp_1/cancel`);
  assert.deepEqual(told(), ["unsupported-endpoint"]);
  await cache.close();
});

test("openai-responses: an id is an ordinal where a call has it, and nowhere else", () => {
  const say = (...input: Json[]): Json => ({ model: "m", input });
  const kinds = ["function", "custom_tool", "computer", "shell", "local_shell", "apply_patch"];
  for (const kind of kinds) {
    const pair = (id: string, of: string) =>
      keyOf(say(
        { type: `${kind}_call`, call_id: id, id: "item_1" },
        { type: `${kind}_call_output`, call_id: of, output: "r" },
      ));
    assert.equal(pair("a", "a"), pair("b", "b"), kind);
    assert.notEqual(pair("a", "a"), pair("a", "b"), kind);
    assert.notEqual(pair("a", "0"), pair("a", "a"), kind);
  }
  const alone = (call_id: string) =>
    keyOf({
      model: "m",
      previous_response_id: "resp_1",
      input: [{ type: "function_call_output", call_id }],
    });
  assert.notEqual(alone("a"), alone("b"), "the call stands elsewhere");
  const item = (id: string) => keyOf(say({ type: "function_call", call_id: "x", id }));
  assert.notEqual(item("a"), item("b"), "an item's own id");
  const other = (call_id: string) => keyOf(say({ type: "web_search_call", call_id }));
  assert.notEqual(other("a"), other("b"), "an item of another kind makes no call");
  const called = (id: string, by: string) =>
    keyOf(say(
      { type: "program", call_id: id },
      { type: "function_call", call_id: "x", caller: { type: "program", caller_id: by } },
    ));
  assert.equal(called("a", "a"), called("b", "b"), "a program that calls a tool");
  assert.notEqual(called("a", "a"), called("a", "x"));
});

test("openai-responses: store counts as a boolean, what goes on from another response as it is", () => {
  const key = keyOf(request);
  for (const store of [true, null]) assert.equal(keyOf({ ...request, store }), key);
  const others: Json[] = [
    { ...request, store: false },
    { ...request, store: "true" },
    { ...request, previous_response_id: "resp_1" },
    { ...request, previous_response_id: "resp_2" },
    { ...request, previous_response_id: null },
    { ...request, include: ["reasoning.encrypted_content"] },
    { ...request, prompt: { id: "pmpt_1" } },
    { ...request, text: { verbosity: "low" } },
    { ...request, reasoning: { effort: "low" } },
    { ...request, background: false },
    { ...request, prompt_cache_retention: "24h" },
    { ...request, input: [{ role: "user", content: "q" }] },
    { ...request, input: [{ type: "message", role: "user", content: "q" }] },
  ];
  assert.equal(new Set([key, ...others.map(keyOf)]).size, others.length + 1);
  const left = { user: "u", metadata: { a: "b" }, stream: true, prompt_cache_key: "k" };
  assert.equal(keyOf({ ...request, ...left, safety_identifier: "s" }), key);
  assert.equal(keyOf({ ...request, stream_options: { include_obfuscation: false } }), key);
  assert.notEqual(keyOf({ ...request, stream_options: { other: 1 } }), key);
});
