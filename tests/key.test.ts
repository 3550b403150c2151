import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical } from "../src/identity/canonical.ts";
import type { JsonObject, Shape } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { countedHeaders } from "../src/identity/headers.ts";
import { type Identified, identify } from "../src/key.ts";
import { createRecogniser } from "../src/recognise.ts";
import { readCall } from "../src/request.ts";
import { readOptions } from "../src/options/settings.ts";
import { hash, identity, keyOf, keyOfText, requestOf } from "./identities.ts";
import type { Json } from "./paths.ts";
import { recordedText } from "./recordings.ts";

test("key: a body that JSON does not keep is known by its text, or not at all", () => {
  const plain = '{"model":"m","messages":[]}';
  const odd = [
    '{"model":"m", "messages":[]}',
    '{"model":"m","messages":[]} ',
    '{"model":"m","messages":[],"model":"m"}',
    '{"model":"m","messages":[],"n":1e400}',
    '{"model":"m","messages":[],"n":-0}',
    '{"model":"m","messages":[],"n":0}',
    '{"model":"m","messages":[],"n":1.0}',
    '{"model":"m","messages":[],"n":1}',
    '{"model":"m","messages":[],"n":null}',
    '{"model":"m","messages":[],"seed":12345678901234567890}',
    '{"model":"m","messages":[],"seed":12345678901234567891}',
    '{"model":"m","messages":[],"logit_bias":{"11":1,"7":2}}',
    '{"model":"m","messages":[],"logit_bias":{"7":2,"11":1}}',
    '{"model":"\\u006d","messages":[]}',
    '{"model":"m","messages":["\\ud800"]}',
    '{"model":"m","messages":["\ud800"]}',
    '{"model":"m","messages":["\ufffd"]}',
    '{"model":"m","messages":["\\ufffd"]}',
    '{"model":"m","messages":["a"]}',
    '{"model":"m","messages":[["a"]]}',
    '{"model":"m","messages":["\u00e9"]}',
    '{"model":"m","messages":["e\u0301"]}',
    '{"model":"m","messages":[],"stop":null}',
    '{"model":"m","messages":[],"stop":"a"}',
    '{"model":"m","messages":[],"stop":["a"]}',
    '{"model":"m","messages":[],"max_tokens":5}',
    '{"model":"m","messages":[],"max_completion_tokens":5}',
    '{"model":"m","messages":[],"__proto__":{"n":1}}',
    '{"model":"m","messages":[],"__proto__":{"n":2}}',
    '{"model":"m","messages":[],"__proto__":null}',
    '{"model":"m","messages":[],"constructor":{"b":1,"a":2}}',
    '{"model":"m","messages":[],"constructor":{"a":2,"b":1}}',
    '{"model":"m","messages":[],"stream_options":null}',
    '{"model":"m","messages":[],"stream_options":[]}',
    `{"model":"m","messages":[],"raw":${JSON.stringify(plain)}}`,
    `{"model":"m","messages":[],"deep":${"[".repeat(2e5)}${"]".repeat(2e5)}}`,
  ];
  const keys = [plain, ...odd].map(keyOfText);
  assert.equal(new Set(keys).size, keys.length);
  for (
    const text of [plain, '{"messages":[],"model":"m","stream_options":{"include_usage":true}}']
  ) {
    assert.equal(keyOfText(text), keys[0]);
  }
  assert.equal(keyOfText('{"messages":[],"stream_options":{},"model":"m"}'), keys[0]);
  // What stands for one body may be the text of another: 10 sorts before 9, but not in a parsed object.
  const sent = '{"9":1,"10":2,"messages":[{"tool_calls":[{"id":"a"}]}]}';
  const stands = canonical(sent, JSON.parse(sent), openaiChat.shape, hash)!;
  assert.equal(stands, '{"10":2,"9":1,"messages":[{"tool_calls":[{"id":0}]}]}');
  assert.notEqual(keyOfText(stands), keyOfText(sent));
});

test("key: ordinals, ids that stand as they are, and what is no string are never taken for each other", () => {
  const conversation = (call: Json, result: Json): Json => ({
    model: "m",
    messages: [{ tool_calls: [{ id: call }] }, { role: "tool", tool_call_id: result }],
  });
  const places: [call: Json, result: Json][] = [
    ["a", "a"],
    ["a", "0"],
    ["a", 0],
    ["a", ["a"]],
    ["a", [0]],
    ["a", null],
    ["a", "lost"],
    [0, 0],
    [0, "0"],
    [[0], "0"],
    ["a", {}],
    [null, null],
    [null, "null"],
  ];
  const keys = places.map(([call, result]) => keyOf(conversation(call, result)));
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf(conversation("0", "0")), keys[0]);
  assert.equal(keyOf(conversation("b", "lost")), keys[6]);
  // The call may stand behind its result, and an ordinal does not depend on where.
  const late = (id: string): Json => ({
    model: "m",
    messages: [{ role: "tool", tool_call_id: id }, { tool_calls: [{ id: "x" }, { id }] }],
  });
  assert.equal(keyOf(late("b")), keyOf(late("a")));
  assert.notEqual(keyOf(late("x")), keyOf(late("a")));
});

test("key: an odd body that may hold a credential is a bypass", () => {
  const odd = [
    '{"messages":[], "tools":[{"type":"mcp","headers":{"a":"s"}}]}',
    '{"messages":[],"tools":[{"headers" : "s"}],"tools":[]}',
    '{"messages":[],"tools":[{"h\\u0065aders":"s"}]}',
    '{"messages":[],"\\u0074ools":[{"authorization_token":"s"}],"tools":1}',
    '{"messages":[],"n":1e400,"data_sources":[{"parameters":{"authentication":{"key":"s"}}}]}',
    '{ "messages":[],"dataSources":[{"parameters":{"key":"s"}}]}',
  ];
  for (const text of odd) {
    assert.deepEqual(identify(requestOf(text), hash), { bypass: "credential-in-raw-body" }, text);
  }
  const harmless = [
    '{"messages":[{"role":"user","content":"\\"tools\\": \\"headers\\":"}], "n":1}',
    '{"messages":[], "headers":{"a":1},"key":"k","authentication":1}',
    '{"messages":[], "tools":[{"function":{"name":"headers"}}]}',
  ];
  for (const text of harmless) assert.ok("key" in identify(requestOf(text), hash), text);
});

test("key: a text that only looks like its value, at the place its length tells, is another", () => {
  const strings = [
    '"',
    "\\",
    '\\"',
    '""',
    "\n",
    "\u0001",
    "\u007f",
    "\u2028",
    "\ud800",
    "\ud83d\ude00",
  ];
  const more = ['a":"b', '","x":"', '\\\\"', "u0022", "\\u0022", '"}],"model":"m"', "\\u005cu005c"];
  const all = [...strings, ...more].flatMap((one) => [one, one + one, `a${one}`, `${one}a`]);
  for (const value of all) {
    const text = JSON.stringify({ model: value, messages: [{ [value]: value, role: value }] });
    // Written in another way it is another text, though it is read as the same value.
    const units = value.split("");
    const code = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
    for (const other of [text, `{"model":"${units.map(code).join("")}","messages":[]}`]) {
      // V8's own parser takes one name with a backslash for another now and then: it counts what it says.
      const body = JSON.parse(other);
      const isKept = JSON.stringify(body) === other;
      assert.equal(canonical(other, body, openaiChat.shape, hash) !== null, isKept, other);
    }
  }
});

test("key: the order of many members never counts either", () => {
  const names = Array.from({ length: 80 }, (_, index) => `${(index * 37) % 80}x${index}`);
  const body = (order: readonly string[]): Json =>
    Object.fromEntries([["messages", []], ...order.map((name) => [name, name])]);
  assert.equal(keyOf(body(names.toReversed())), keyOf(body(names)));
  assert.notEqual(keyOf(body(names.slice(1))), keyOf(body(names)));
});

test("key: long bodies that differ in one place are told apart, however they are remembered", async () => {
  const recognise = createRecogniser(readOptions({}));
  const own = { namespace: "", sample: 0 };
  const keyFor = async (content: string) => {
    const body = JSON.stringify({ model: "m", messages: [{ role: "user", content }] });
    const url = "https://api.openai.com/v1/chat/completions";
    const known = await recognise(readCall(url, { method: "POST", body }), hash, own);
    assert.ok("key" in known);
    assert.equal(known.text, body);
    return known.key;
  };
  for (const size of [100, 100_000, 1_100_000]) {
    const long = "x".repeat(size);
    const middle = `${long.slice(0, size / 2)}y${long.slice(size / 2 + 1)}`;
    const key = await keyFor(long);
    assert.notEqual(await keyFor(middle), key);
    for (let turn = 0; turn < 2; turn++) assert.equal(await keyFor(long), key);
    assert.equal(
      key,
      `${keyOf({ model: "m", messages: [{ role: "user", content: long }] })}.whole`,
    );
  }
});

test("key: everything beside the body counts, and nothing runs together", () => {
  const text = '{"model":"m","messages":[]}';
  const origin = "https://api.openai.com";
  const others: Partial<Identified>[] = [
    {},
    { dialect: { ...openaiChat, name: "other" } },
    { target: "https://api.openai.com/v1/chat/completions" },
    { target: { origin, path: "/v2/chat/completions" } },
    { target: { origin: `${origin}/v1`, path: "/chat/completions" } },
    { target: { origin, path: "/v1/chat/completions", query: [["beta"]] } },
    { target: { origin, path: "/v1/chat/completions", query: [["beta", ""]] } },
    { namespace: "a" },
    { namespace: "0" },
    { namespace: '","sample":0' },
    { sample: 1 },
    { headers: { "openai-beta": "x" } },
    { headers: { "anthropic-beta": "x" } },
  ];
  const keys = others.map((other) => identity(text, other).key);
  assert.equal(new Set(keys).size, keys.length);
  const { key, document } = identity(text);
  assert.match(key, /^[0-9a-f]{64}$/);
  assert.deepEqual(JSON.parse(document), {
    v: 1,
    api: "openai-chat",
    target: { origin, path: "/v1/chat/completions" },
    namespace: "",
    sample: 0,
    headers: {},
    body: { model: "m", messages: [] },
  });
  // Told once, so that a change of the format does not go unnoticed: it needs another version.
  assert.equal(
    key,
    hash(
      `{"v":1,"api":"openai-chat","target":{"origin":"https://api.openai.com",` +
        `"path":"/v1/chat/completions"},"namespace":"","sample":0,"headers":{},` +
        `"body":{"messages":[],"model":"m"}}`,
    ),
  );
});

test("key: of the headers only three count, one of them as a set", () => {
  const headers = new Headers({
    authorization: "Bearer s",
    "x-stainless-retry-count": "1",
    "idempotency-key": "i",
    "user-agent": "u",
    "openai-organization": "o",
    "OpenAI-Beta": "assistants=v2",
    "anthropic-version": "2023-06-01",
  });
  headers.append("anthropic-beta", "b, a");
  headers.append("anthropic-beta", "b,c");
  assert.deepEqual(countedHeaders(headers, []), {
    "anthropic-version": "2023-06-01",
    "anthropic-beta": "a,b,c",
    "openai-beta": "assistants=v2",
  });
  assert.deepEqual(countedHeaders(new Headers(), []), {});
});

test("key: RFC 8785's own examples, where every object is API-defined", () => {
  let compared = 0;
  for (const name of ["arrays", "french", "structures", "unicode", "values", "weird"]) {
    const input = recordedText(`rfc8785/input/${name}.json`);
    const output = recordedText(`rfc8785/output/${name}.json`);
    if (input === null || output === null) return;
    const body: JsonObject = { value: JSON.parse(input) };
    const text = canonical(JSON.stringify(body), body, {
      members: { value: everywhere(body.value) },
    }, hash);
    assert.equal(text, `{"value":${output.trim()}}`, name);
    compared++;
  }
  console.log(`RFC 8785: ${compared} examples`);
});

/** A shape that names every object in a value. */
function everywhere(value: unknown): Shape {
  if (Array.isArray(value)) return { items: value.map(everywhere).reduce(merged, {}) };
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value);
  return {
    members: Object.fromEntries(entries.map(([name, member]) => [name, everywhere(member)])),
  };
}

function merged(a: Shape, b: Shape): Shape {
  return {
    ...a.items || b.items ? { items: merged(a.items ?? {}, b.items ?? {}) } : {},
    members: { ...a.members, ...b.members },
  };
}
