import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import type { Verdict } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { askOf } from "./ask.ts";
import { brokenLaws } from "./broken-laws.ts";
import { plainCuts, randomCuts } from "./cuts.ts";
import { throughCache } from "./fixture-laws.ts";
import { places } from "./openai-chat-places.ts";
import { servingLaws } from "./serving-laws.ts";
import { secretLaws } from "./secret-laws.ts";
import { asking, fixture, fixtures, formOf, judge, verdicts } from "./verdicts.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

test("openai-chat: every fixture has its verdict, however it is cut", () => {
  assert.deepEqual(fixtures, Object.keys(verdicts).sort());
  for (const name of fixtures) {
    const bytes = fixture(name);
    const asked = asking(formOf(name));
    for (const chunks of plainCuts(bytes)) {
      assert.deepEqual(judge(chunks, asked), verdicts[name], name);
    }
    fc.assert(
      fc.property(randomCuts(bytes), (chunks) => {
        assert.deepEqual(judge(chunks, asked), verdicts[name], name);
      }),
      { seed },
    );
  }
  console.log(`openai-chat: ${fixtures.length} fixtures, each in 103 cuts, seed ${seed}`);
});

const chat = {
  dialect: openaiChat,
  request: { model: "m", messages: [{ role: "user", content: "q" }] },
  url: () => "https://api.openai.com/v1/chat/completions",
};
throughCache({ ...chat, verdicts });
brokenLaws(chat);
servingLaws({ ...chat, verdicts });
secretLaws({
  ...chat,
  url: chat.url(),
  answer: fixture("whole"),
  secret: places.secret,
  urls: ["tools.*.server_url", "tools.*.mcp.server_url"],
});

test("openai-chat: cut before its end, no answer is kept, whatever the length", () => {
  for (const name of fixtures) {
    const bytes = fixture(name);
    const asked = asking(formOf(name));
    const done = decoder.decode(bytes).search(/\[DONE\]\s/);
    const from = done < 0
      ? bytes.length
      : encoder.encode(decoder.decode(bytes).slice(0, done)).length;
    for (let end = 0; end < from; end++) {
      const recorder = openaiChat.record(asked);
      assert.equal(recorder.push(bytes.slice(0, end)), false, name);
      assert.equal(recorder.verdict(false).keep, "no", `${name} at ${end}`);
      if (formOf(name) === "stream") assert.equal(recorder.verdict(true).keep, "no", name);
    }
  }
});

test("openai-chat: the terminator is told with its last byte, and what follows means nothing", () => {
  for (const name of ["stream", "stream-usage", "stream-crlf", "stream-cr"]) {
    const bytes = fixture(name);
    const recorder = openaiChat.record(asking("stream"));
    for (const [at, byte] of bytes.entries()) {
      assert.equal(recorder.push(new Uint8Array([byte])), at === bytes.length - 1, `${name} ${at}`);
    }
    const verdict = recorder.verdict(false);
    assert.equal(verdict.keep, "yes");
    assert.equal(recorder.push(encoder.encode('data: {"error":{"message":"late"}}\n\n')), true);
    assert.deepEqual(recorder.verdict(true), verdict);
  }
});

test("openai-chat: a limit that the request set makes its cut whole", () => {
  for (const name of ["stream-length", "whole-length", "whole-n2"]) {
    for (const limit of [{ max_tokens: 5 }, { max_completion_tokens: 5 }]) {
      const asked = asking(formOf(name), limit);
      assert.equal(judge([fixture(name)], asked).keep, "yes", name);
    }
    const asked = asking(formOf(name), { max_tokens: null });
    assert.equal(judge([fixture(name)], asked).keep, "incomplete", name);
  }
  const asked = asking("whole", { max_tokens: 5 });
  assert.equal(judge([fixture("whole-model-length")], asked).keep, "incomplete");
});

test("openai-chat: the words of other servers for how it ended", () => {
  const answer = (finish_reason: unknown, more: object = {}) =>
    encoder.encode(JSON.stringify({
      choices: [{ index: 0, message: { role: "assistant", content: "x" }, finish_reason, ...more }],
    }));
  const keep: Record<string, Verdict["keep"]> = {
    stop: "yes",
    eos: "yes",
    tool_calls: "yes",
    function_call: "yes",
    length: "incomplete",
    max_tokens: "incomplete",
    MAX_TOKENS: "incomplete",
    model_length: "incomplete",
    content_filter: "incomplete",
    "content_filter: RECITATION": "incomplete",
    sensitive: "incomplete",
    SAFETY: "incomplete",
    refusal: "incomplete",
    error: "no",
    ERROR: "no",
    network_error: "no",
    insufficient_system_resource: "no",
    abort: "no",
  };
  for (const [reason, expected] of Object.entries(keep)) {
    assert.equal(judge([answer(reason)], asking("whole")).keep, expected, reason);
  }
  const failed = answer("stop", { error: { code: 502, message: "upstream" } });
  assert.equal(judge([failed], asking("whole")).keep, "no", "OpenRouter's error in a choice");
  const odd = ["[]", "null", '"x"', "{}", "", '{"choices":[null]}', '{"choices":[{"text":"x"}]}'];
  for (const text of odd) {
    assert.equal(judge([encoder.encode(text)], asking("whole")).keep, "no", text);
  }
  assert.equal(judge([fixture("stream")], asking("whole")).keep, "no", "a stream nobody asked for");
  assert.equal(judge([fixture("whole")], asking("stream")).keep, "no", "no stream");
});

test("openai-chat: which requests it knows, and what they ask", () => {
  for (
    const path of [
      "/v1/chat/completions",
      "/chat/completions",
      "/openai/deployments/d/chat/completions",
    ]
  ) assert.ok(openaiChat.matches(path), path);
  for (const path of ["/v1/completions", "/v1/chat/completions/chatcmpl-1", "/v1/responses"]) {
    assert.ok(!openaiChat.matches(path), path);
  }
  const messages = [
    { role: "user", content: "first" },
    {
      role: "user",
      content: [{ type: "image_url" }, { type: "text", text: "  the\n last  one " }],
    },
    { role: "assistant", content: "an answer" },
    null,
  ];
  assert.deepEqual(
    askOf(openaiChat, {
      messages,
      model: "gpt-4o",
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 9,
    }),
    { form: "stream", model: "gpt-4o", usage: true, limited: true, words: "the last one" },
  );
  assert.deepEqual(askOf(openaiChat, { messages: [], stream: null, stream_options: null }), {
    form: "whole",
    usage: false,
    limited: false,
    words: "",
  });
  const long = askOf(openaiChat, {
    messages: [{ role: "user", content: "\u{1f600}".repeat(999) }],
  });
  assert.equal(long?.words, "\u{1f600}".repeat(80));
  for (
    const body of [
      {},
      { messages: "x" },
      { prompt: "x" },
      { messages: [], stream: "true" },
      { messages: [], stream: 1 },
      { messages: [], stream_options: { include_usage: 1 } },
    ]
  ) assert.equal(askOf(openaiChat, body), null, JSON.stringify(body));
});

test("openai-chat: an error has the provider's own shape", () => {
  assert.deepEqual(openaiChat.error("m", "c"), {
    error: { message: "m", type: "invalid_request_error", param: null, code: "c" },
  });
});
