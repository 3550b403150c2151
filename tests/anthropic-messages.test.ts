import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import type { Verdict } from "../src/dialect.ts";
import { anthropicMessages } from "../src/dialects/anthropic-messages.ts";
import { askOf } from "./ask.ts";
import { fixtureLaws, formOf, judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";
import { places } from "./anthropic-messages-places.ts";
import { secretLaws } from "./secret-laws.ts";

const url = "https://api.anthropic.com/v1/messages";
const request = { model: "m", messages: [{ role: "user", content: "q" }] };
const { bytes, asking, judge } = judgingOf({ dialect: anthropicMessages, request, url: () => url });
const { keyOf } = identitiesOf(anthropicMessages, "https://api.anthropic.com", "/v1/messages");
const encoder = new TextEncoder();

const facts = { id: "msg_01AbC123", usage: { input: 9, output: 4 } };
const cached = { ...facts, usage: { input: 1005, output: 4 } };
const begun = { ...facts, usage: { input: 9, output: 1 } };
const yes = { keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;
const incomplete = (reason: string) => ({ keep: "incomplete", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "stream": { ...facts, ...yes },
  "stream-broken": { ...facts, ...no("unparsable") },
  "stream-cached": { ...cached, ...yes },
  "stream-comments": { ...facts, ...yes },
  "stream-context": { ...facts, ...incomplete("model_context_window_exceeded") },
  "stream-cr": { ...facts, ...yes },
  "stream-crlf": { ...facts, ...yes },
  "stream-cut": { ...facts, ...no("cut") },
  "stream-cut-inside": { ...begun, ...no("cut") },
  "stream-done-only": { ...facts, ...no("cut") },
  "stream-empty": { ...facts, ...no("no-content") },
  "stream-error": { ...begun, ...no("error") },
  "stream-error-first": no("error"),
  "stream-error-text": { ...facts, ...no("error") },
  "stream-error-unnamed": { ...facts, ...no("error") },
  "stream-max-tokens": { ...facts, ...incomplete("max_tokens") },
  "stream-no-start": no("no-message"),
  "stream-padded": { ...facts, ...yes },
  "stream-pause": { ...facts, ...yes },
  "stream-refusal": { ...facts, ...incomplete("refusal") },
  "stream-refusal-empty": { ...facts, ...incomplete("refusal") },
  "stream-short-end": { ...facts, ...yes },
  "stream-thinking": { ...facts, ...yes },
  "stream-tools": { ...facts, ...yes },
  "stream-trailing-done": { ...facts, ...yes },
  "stream-unfinished": { ...begun, ...no("unfinished") },
  "whole": { ...facts, ...yes },
  "whole-cached": { ...cached, ...yes },
  "whole-compaction": { ...facts, ...yes },
  "whole-context": { ...facts, ...incomplete("model_context_window_exceeded") },
  "whole-cut": no("unparsable"),
  "whole-empty": { ...facts, ...no("no-content") },
  "whole-error": no("error"),
  "whole-max-tokens": { ...facts, ...incomplete("max_tokens") },
  "whole-no-content": { ...facts, ...no("unparsable") },
  "whole-no-message": no("no-message"),
  "whole-pause": { ...facts, ...yes },
  "whole-refusal": { ...facts, ...incomplete("refusal") },
  "whole-sensitive": { ...facts, ...incomplete("content_filter") },
  "whole-stop-sequence": { ...facts, ...yes },
  "whole-thinking": { ...facts, ...yes },
  "whole-tools": { ...facts, ...yes },
  "whole-unfinished": { ...facts, ...no("unfinished") },
};

fixtureLaws({
  dialect: anthropicMessages,
  verdicts,
  request,
  url: () => url,
  terminator: /\{"type":"message_stop" *(?=\})/,
});
secretLaws({
  dialect: anthropicMessages,
  url,
  request,
  answer: bytes("whole"),
  secret: places.secret,
  urls: ["mcp_servers.*.url"],
});

test("anthropic-messages: a limit that the request set makes its cut whole", () => {
  for (const name of ["stream-max-tokens", "whole-max-tokens"]) {
    assert.equal(judge([bytes(name)], asking(formOf(name), { max_tokens: 5 })).keep, "yes", name);
    const asked = asking(formOf(name), { max_tokens: null });
    assert.equal(judge([bytes(name)], asked).keep, "incomplete", name);
  }
  for (const name of ["stream-context", "whole-context", "stream-refusal"]) {
    const asked = asking(formOf(name), { max_tokens: 5 });
    assert.equal(judge([bytes(name)], asked).keep, "incomplete", name);
  }
});

test("anthropic-messages: what is no answer is not kept", () => {
  for (const text of ["[]", "null", '"x"', "{}", "", '{"type":"message"}']) {
    assert.equal(judge([encoder.encode(text)], asking("whole")).keep, "no", text);
  }
  assert.equal(judge([bytes("stream")], asking("whole")).keep, "no", "a stream nobody asked for");
  assert.equal(judge([bytes("whole")], asking("stream")).keep, "no", "no stream");
});

test("anthropic-messages: which requests it knows, and what they ask", () => {
  for (const path of ["/v1/messages", "/api/v1/messages", "/anthropic/v1/messages"]) {
    assert.ok(anthropicMessages.matches(path), path);
  }
  for (
    const path of [
      "/v1/messages/count_tokens",
      "/v1/messages/batches",
      "/v1/threads/t/messages",
      "/v1/chat/completions",
    ]
  ) assert.ok(!anthropicMessages.matches(path), path);
  const messages = [
    { role: "user", content: [{ type: "image" }, { type: "text", text: "  the\n last  one " }] },
    { role: "assistant", content: "an answer" },
  ];
  assert.deepEqual(
    askOf(anthropicMessages, { messages, model: "claude", stream: true, max_tokens: 9 }),
    { form: "stream", model: "claude", usage: false, limited: true, words: "the last one" },
  );
  assert.deepEqual(askOf(anthropicMessages, { messages: [], model: "claude", stream: null }), {
    form: "whole",
    model: "claude",
    usage: false,
    limited: false,
    words: "",
  });
  for (
    const body of [
      {},
      { model: "m" },
      { messages },
      { model: "m", messages: "x" },
      { model: "m", messages: [{ to: "+41790000000", text: "x" }] },
      { model: "m", messages: [null] },
      { model: "m", messages, stream: "true" },
    ]
  ) assert.equal(askOf(anthropicMessages, body), null, JSON.stringify(body));
});

test("anthropic-messages: an error has the provider's own shape", () => {
  assert.deepEqual(anthropicMessages.error("m", "c"), {
    type: "error",
    error: { type: "invalid_request_error", message: "m", code: "c" },
    request_id: null,
  });
});

test("anthropic-messages: what has a container passes, and is told of", async () => {
  const events: CacheEvent[] = [];
  let out = 0;
  const cache = createCache({
    store: memoryStore(),
    onEvent: (event) => events.push(event),
    fetch() {
      out++;
      return Promise.resolve(new Response(bytes("whole").slice()));
    },
  });
  const ask = (more: object, to = url) =>
    cache.fetch(to, { method: "POST", body: JSON.stringify({ ...request, ...more }) })
      .then((response) => response.arrayBuffer());
  for (const container of ["container_1", { id: "container_1" }, { skills: [] }]) {
    for (let turn = 0; turn < 2; turn++) await ask({ container });
  }
  await ask({}, `${url}/count_tokens`);
  const details = events.splice(0).map((event) => event.status === "bypass" && event.detail);
  assert.deepEqual(details, [...Array(6).fill("container"), "unsupported-endpoint"]);
  assert.equal(out, 7);
  for (let turn = 0; turn < 2; turn++) await ask({ container: null });
  assert.deepEqual(events.map(({ status }) => status), ["miss", "hit"]);
  await cache.close();
});

test("anthropic-messages: an id is an ordinal where a call has it, and nowhere else", () => {
  const say = (...blocks: Json[]): Json => ({
    model: "m",
    messages: [{ role: "assistant", content: blocks }],
  });
  const kinds: [call: string, result: string][] = [
    ["tool_use", "tool_result"],
    ["server_tool_use", "web_search_tool_result"],
    ["mcp_tool_use", "mcp_tool_result"],
  ];
  for (const [call, result] of kinds) {
    const pair = (id: string, of: string) =>
      keyOf(say({ type: call, id, name: "f", input: {} }, { type: result, tool_use_id: of }));
    assert.equal(pair("a", "a"), pair("b", "b"), call);
    assert.notEqual(pair("a", "a"), pair("a", "b"), call);
    assert.notEqual(pair("a", "0"), pair("a", "a"), call);
  }
  const inside = (id: string) => keyOf(say({ type: "tool_use", id: "a", input: { id } }));
  assert.notEqual(inside("a"), inside("b"), "an id in the input is not ours to read");
  const other = (id: string) => keyOf(say({ type: "container_upload", id }));
  assert.notEqual(other("a"), other("b"), "a block of another kind makes no call");
  const called = (id: string, by: string) =>
    keyOf(
      say({ type: "server_tool_use", id }, { type: "tool_use", id: "x", caller: { tool_id: by } }),
    );
  assert.equal(called("a", "a"), called("b", "b"), "a program that calls a tool");
  assert.notEqual(called("a", "a"), called("a", "x"));
});

test("anthropic-messages: cache_control counts, wherever it stands, metadata does not", () => {
  const control = { type: "ephemeral" };
  const bodies: Json[] = [
    request,
    { ...request, cache_control: control },
    { ...request, cache_control: { ...control, ttl: "1h" } },
    { ...request, system: [{ type: "text", text: "s" }] },
    { ...request, system: [{ type: "text", text: "s", cache_control: control }] },
    { ...request, max_tokens: 5 },
    { ...request, thread: { type: "continue", previous_message_id: "msg_1" } },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ ...request, metadata: { user_id: "u" }, stream: true }), keys[0]);
  const reordered = { ...request, cache_control: { ttl: "1h", ...control } };
  assert.equal(keyOf(reordered), keys[2]);
});
