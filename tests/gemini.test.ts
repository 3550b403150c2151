import assert from "node:assert/strict";
import { test } from "node:test";
import type { Form, Verdict } from "../src/dialect.ts";
import { gemini } from "../src/dialects/gemini.ts";
import { fixtureLaws, formOf, judgingOf } from "./fixture-laws.ts";
import { places } from "./gemini-places.ts";
import { secretLaws } from "./secret-laws.ts";

const model = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash";
const url = (form: Form) =>
  form === "stream" ? `${model}:streamGenerateContent?alt=sse` : `${model}:generateContent`;
const request = { contents: [{ role: "user", parts: [{ text: "q" }] }] };
const { bytes, asking, judge } = judgingOf({ dialect: gemini, request, url });
const encoder = new TextEncoder();

const id = "AbC123xYz-_";
const of = (output: number, input = 9) => ({ id, usage: { input, output } });
const yes = (output = 4, input = 9) => ({ ...of(output, input), keep: "yes" }) as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;
const incomplete = (reason: string) => ({ keep: "incomplete", reason }) as const;
const filtered = { ...of(0), ...incomplete("content_filter") };

const verdicts: Record<string, Verdict> = {
  "stream": yes(),
  "stream-bare": { ...of(4), ...no("unparsable") },
  "stream-blocked": filtered,
  "stream-broken": { ...of(4), ...no("unparsable") },
  "stream-comments": yes(),
  "stream-cr": yes(),
  "stream-crlf": yes(),
  "stream-cut": { ...of(2), ...no("unfinished") },
  "stream-cut-end": { ...of(2), ...no("cut") },
  "stream-cut-inside": { ...of(2), ...no("cut") },
  "stream-empty": { ...of(0), ...no("no-content") },
  "stream-empty-signed": { ...of(0), ...no("no-content") },
  "stream-error": { ...of(2), ...no("error") },
  "stream-error-bare": { ...of(2), ...no("error") },
  "stream-error-bare-late": { ...of(4), ...no("error") },
  "stream-error-first": no("error"),
  "stream-malformed": { ...of(0), ...no("malformed_function_call") },
  "stream-max-tokens": { ...of(4), ...incomplete("max_tokens") },
  "stream-n2": yes(),
  "stream-n2-unfinished": { ...of(3), ...no("unfinished") },
  "stream-no-candidates": { ...of(0), ...no("no-candidates") },
  "stream-no-parts": yes(1),
  "stream-safety": { ...of(4), ...incomplete("content_filter") },
  "stream-stop-inside": yes(2),
  "stream-stop-open": { ...of(2), ...no("unfinished") },
  "stream-thinking": yes(9),
  "stream-tools": yes(),
  "stream-tools-partial": yes(),
  "whole": yes(),
  "whole-array": no("unparsable"),
  "whole-blocked": filtered,
  "whole-blocklist": filtered,
  "whole-chat": no("no-candidates"),
  "whole-code": yes(4, 12),
  "whole-compact": yes(),
  "whole-continuation": { ...of(4), ...incomplete("continuation") },
  "whole-cut": no("unparsable"),
  "whole-empty": { ...of(0), ...no("no-content") },
  "whole-error": no("error"),
  "whole-image": yes(),
  "whole-image-other": { ...of(4), ...no("image_other") },
  "whole-image-prohibited-content": filtered,
  "whole-image-recitation": filtered,
  "whole-image-safety": filtered,
  "whole-language": { ...of(4), ...no("language") },
  "whole-malformed-function-call": { ...of(4), ...no("malformed_function_call") },
  "whole-max-tokens": { ...of(4), ...incomplete("max_tokens") },
  "whole-max-tokens-empty": { ...of(60), ...no("no-content") },
  "whole-model-armor": filtered,
  "whole-n2": yes(),
  "whole-n2-spoilt": { ...of(4), ...no("malformed_function_call") },
  "whole-no-candidates": { ...of(0), ...no("no-candidates") },
  "whole-no-image": { ...of(4), ...no("no_image") },
  "whole-no-parts": { ...of(0), ...no("no-content") },
  "whole-other": { ...of(4), ...no("other") },
  "whole-prohibited-content": filtered,
  "whole-recitation": filtered,
  "whole-safety": filtered,
  "whole-spii": filtered,
  "whole-thinking": yes(9),
  "whole-too-many-tool-calls": { ...of(4), ...no("too_many_tool_calls") },
  "whole-tools": yes(),
  "whole-unexpected-tool-call": { ...of(4), ...no("unexpected_tool_call") },
  "whole-unfinished": { ...of(4), ...no("unfinished") },
  "whole-unspecified": { ...of(4), ...no("unfinished") },
};

fixtureLaws({
  dialect: gemini,
  verdicts,
  request,
  url,
  // Between a chunk with `STOP` and one after it nothing tells that the server said more.
  mayEnd: /"finishReason":"\w+"[^\r\n]*(\r?\n|\r){2}(: .*\n*)?$/,
});
secretLaws({
  dialect: gemini,
  url: url("whole"),
  request,
  answer: bytes("whole"),
  secret: places.secret,
  urls: ["tools.*.mcpServers.*.streamableHttpTransport.url"],
});

test("gemini: a limit that the request set makes its cut whole", () => {
  for (const name of ["stream-max-tokens", "whole-max-tokens"]) {
    for (
      const config of [
        { generationConfig: { maxOutputTokens: 5 } },
        { generation_config: { max_output_tokens: 5 } },
      ]
    ) assert.equal(judge([bytes(name)], asking(formOf(name), config)).keep, "yes", name);
    const asked = asking(formOf(name), { generationConfig: { maxOutputTokens: null } });
    assert.equal(judge([bytes(name)], asked).keep, "incomplete", name);
  }
  const limited = { generationConfig: { maxOutputTokens: 5 } };
  for (const name of ["stream-safety", "whole-blocked", "whole-continuation"]) {
    assert.equal(judge([bytes(name)], asking(formOf(name), limited)).keep, "incomplete", name);
  }
  const empty = judge([bytes("whole-max-tokens-empty")], asking("whole", limited));
  assert.equal(empty.keep, "no", "all of it went into thoughts");
});

test("gemini: what is no answer is not kept", () => {
  for (const text of ["[]", "null", '"x"', "{}", "", '{"candidates":{}}', '{"candidates":[1]}']) {
    assert.equal(judge([encoder.encode(text)], asking("whole")).keep, "no", text);
  }
  assert.equal(judge([bytes("stream")], asking("whole")).keep, "no", "a stream nobody asked for");
  assert.equal(judge([bytes("whole")], asking("stream")).keep, "no", "no stream");
  assert.equal(judge([], asking("stream")).keep, "no", "nothing");
});
