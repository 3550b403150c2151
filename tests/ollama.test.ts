import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "../src/dialect.ts";
import { ollama } from "../src/dialects/ollama.ts";
import { fixtureLaws, formOf, judgingOf } from "./fixture-laws.ts";
import { secretLaws } from "./secret-laws.ts";

const url = () => "http://127.0.0.1:11434/api/chat";
const request = { model: "llama3.2", messages: [{ role: "user", content: "q" }] };
const { bytes, asking, judge } = judgingOf({ dialect: ollama, request, url });
const encoder = new TextEncoder();

const facts = { usage: { input: 26, output: 4 } };
const yes = { ...facts, keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;
const incomplete = (reason: string) => ({ ...facts, keep: "incomplete", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "stream": yes,
  "stream-blank-lines": yes,
  "stream-broken": { ...facts, ...no("unparsable") },
  "stream-closed": { ...facts, ...no("unfinished") },
  "stream-crlf": yes,
  "stream-cut": no("cut"),
  "stream-cut-inside": no("cut"),
  "stream-empty": { ...facts, ...no("no-content") },
  "stream-error": no("error"),
  "stream-error-first": no("error"),
  "stream-error-status": no("error"),
  "stream-generate": yes,
  "stream-length": incomplete("length"),
  "stream-load": no("load"),
  "stream-one-line": yes,
  "stream-short-end": yes,
  "stream-sse": no("cut"),
  "stream-thinking": yes,
  "stream-tools": yes,
  "whole": yes,
  "whole-cached": { usage: { input: 0, output: 4 }, keep: "yes" },
  "whole-chat": no("unfinished"),
  "whole-closed": { ...facts, ...no("unfinished") },
  "whole-cut": no("unparsable"),
  "whole-debug": no("unfinished"),
  "whole-empty": { ...facts, ...no("no-content") },
  "whole-error": no("error"),
  "whole-filtered": incomplete("content_filter"),
  "whole-generate": yes,
  "whole-generate-empty": { ...facts, ...no("no-content") },
  "whole-generate-tools": yes,
  "whole-image": { keep: "yes" },
  "whole-length": incomplete("length"),
  "whole-load": no("load"),
  "whole-not-done": no("unfinished"),
  "whole-other": { ...facts, ...no("model_swapped") },
  "whole-pretty": yes,
  "whole-thinking": yes,
  "whole-thinking-only": yes,
  "whole-tools": yes,
  "whole-unload": no("unload"),
};

fixtureLaws({ dialect: ollama, verdicts, request, url, terminator: /"done":true.*(?=\})/ });
secretLaws({ dialect: ollama, url: url(), request, answer: bytes("stream"), secret: [] });

test("ollama: a limit that the request set makes its cut whole", () => {
  for (const name of ["stream-length", "whole-length"]) {
    const limited = asking(formOf(name), { options: { num_predict: 5 } });
    assert.equal(judge([bytes(name)], limited).keep, "yes", name);
    for (const num_predict of [-1, -2, null, undefined]) {
      const asked = asking(formOf(name), { options: { num_predict } });
      assert.equal(judge([bytes(name)], asked).keep, "incomplete", `${name} ${num_predict}`);
    }
  }
});

test("ollama: what is no answer is not kept", () => {
  for (const text of ["[]", "null", '"x"', "{}", "", '{"done":true}']) {
    assert.equal(judge([encoder.encode(text)], asking("whole")).keep, "no", text);
    assert.equal(judge([encoder.encode(`${text}\n`)], asking("stream")).keep, "no", text);
  }
  assert.equal(judge([bytes("stream")], asking("whole")).keep, "no", "a stream nobody asked for");
});
