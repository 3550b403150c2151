import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recorded } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { asking, fixture, judge, usage, verdicts } from "./verdicts.ts";

const decoder = new TextDecoder();
const withUsage = asking("stream", { stream_options: { include_usage: true } });
const without = asking("stream");
const didAsk: Recorded = { askedUsage: true };
const didNot: Recorded = { askedUsage: false };

test("openai-chat: of the usage only its own event is left out, where it is not wanted", () => {
  const event = /data: \{[^\n\r]*"choices":\[\],"usage":\{"p[^\n\r]*(\r\n|\n|\r)\1/;
  for (const name of ["stream-usage", "stream-n2", "stream-length", "stream-crlf", "stream-cr"]) {
    const bytes = fixture(name);
    const text = decoder.decode(bytes);
    assert.match(text, event, name);
    const fitted = openaiChat.fit(bytes, didAsk, without)!;
    assert.equal(decoder.decode(fitted), text.replace(event, ""), name);
    const verdict = judge([fitted], without);
    const { usage: _, ...rest } = verdicts[name]!;
    assert.deepEqual(verdict, rest, name);
    assert.equal(openaiChat.fit(bytes, didAsk, withUsage), bytes, "the very bytes");
    assert.equal(openaiChat.fit(bytes, didNot, without), bytes);
  }
  const inside = decoder.decode(
    openaiChat.fit(fixture("stream-comment-inside"), didAsk, without)!,
  );
  assert.ok(inside.endsWith("\n\n: before\n: after\n\ndata: [DONE]\n\n"));
});

test("openai-chat: everything else is served as it was recorded, or is lossy", () => {
  for (
    const name of [
      "stream",
      "stream-tools",
      "stream-mistral",
      "stream-groq",
      "stream-content-filter",
    ]
  ) {
    const bytes = fixture(name);
    assert.equal(openaiChat.fit(bytes, didAsk, without), bytes, name);
    assert.equal(openaiChat.fit(bytes, didNot, without), bytes, name);
    assert.equal(openaiChat.fit(bytes, didAsk, withUsage), bytes, name);
  }
  assert.equal(openaiChat.fit(fixture("stream"), didNot, withUsage), null);
  assert.equal(openaiChat.fit(fixture("stream-groq"), didNot, withUsage), null);
  const mistral = fixture("stream-mistral");
  assert.equal(openaiChat.fit(mistral, { ...didNot, usage }, withUsage), mistral);
  const whole = fixture("whole");
  assert.equal(openaiChat.fit(whole, didAsk, asking("whole")), whole);
});
