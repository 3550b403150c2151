import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "../src/dialect.ts";
import { geminiEmbed } from "../src/dialects/gemini-embed.ts";
import { askOf } from "./ask.ts";
import { fixtureLaws, judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";
import { secretLaws } from "./secret-laws.ts";

const base = "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001";
const url = `${base}:batchEmbedContents`;
const content = (text: string) => ({ role: "user", parts: [{ text }] });
const one = { content: content("a") };
const request = { requests: [one, { content: content("b") }] };
const { bytes, judge } = judgingOf({ dialect: geminiEmbed, request, url: () => url });
const { keyOf } = identitiesOf(geminiEmbed, "https://x.test", "/v1beta/models/m");

const facts = { usage: { input: 8, output: 0 } };
const yes = { keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "whole": yes,
  "whole-cut": no("unparsable"),
  "whole-empty": no("no-vectors"),
  "whole-empty-vector": no("empty-vector"),
  "whole-error": no("error"),
  "whole-missing": no("missing-vectors"),
  "whole-no-vector": no("empty-vector"),
  "whole-nothing": no("no-vectors"),
  "whole-one": no("missing-vectors"),
  "whole-statistics": yes,
  "whole-usage": { ...facts, ...yes },
};

fixtureLaws({ dialect: geminiEmbed, verdicts, request, url: () => url });
secretLaws({ dialect: geminiEmbed, url, request, answer: bytes("whole"), secret: [] });

test("gemini-embed: one content has one vector", () => {
  const asked = askOf(geminiEmbed, one, `${base}:embedContent`)!;
  assert.deepEqual(judge([bytes("whole-one")], asked), yes);
  assert.equal(judge([bytes("whole")], asked).keep, "no");
});

test("gemini-embed: which requests it knows, and what they ask", () => {
  const paths = [
    "/v1beta/models/gemini-embedding-001:embedContent",
    "/v1/models/text-embedding-004:batchEmbedContents",
    "/v1/projects/p/locations/l/publishers/google/models/gemini-embedding-2:embedContent",
    "/proxy/v1beta/tunedModels/m:embedContent",
  ];
  for (const path of paths) assert.ok(geminiEmbed.matches(path), path);
  for (
    const path of [
      "/v1beta/models/m:generateContent",
      "/v1beta/models/m:asyncBatchEmbedContent",
      "/v1beta/models/m:predict",
      "/v1beta/models/m",
      "/embedContent",
    ]
  ) assert.ok(!geminiEmbed.matches(path), path);
  const common = { form: "whole", model: "gemini-embedding-001", usage: false, limited: false };
  assert.deepEqual(askOf(geminiEmbed, one, `${base}:embedContent`), {
    ...common,
    words: "a",
    items: 1,
  });
  assert.deepEqual(askOf(geminiEmbed, request, url), { ...common, words: "a", items: 2 });
  const others: [body: object, to: string][] = [
    [request, `${base}:embedContent`],
    [one, url],
    [{ requests: [] }, url],
    [{ requests: [one, null] }, url],
    [{ requests: [one, {}] }, url],
    [{ requests: one }, url],
    [{ content: "a" }, `${base}:embedContent`],
    [{}, `${base}:embedContent`],
  ];
  for (const [body, to] of others) {
    assert.equal(askOf(geminiEmbed, { ...body }, to), null, JSON.stringify(body));
  }
});

test("gemini-embed: what counts, and what does not", () => {
  const bodies: Json[] = [
    one,
    { ...one, taskType: "RETRIEVAL_QUERY" },
    { ...one, taskType: "RETRIEVAL_DOCUMENT" },
    { ...one, taskType: "RETRIEVAL_DOCUMENT", title: "t" },
    { ...one, outputDimensionality: 256 },
    { ...one, model: "models/m" },
    { content: { parts: [{ text: "a" }] } },
    { requests: [one] },
    { requests: [{ ...one, taskType: "RETRIEVAL_QUERY" }] },
    { requests: [one, one] },
    request,
    { requests: [...request.requests].reverse() },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ content: { parts: [{ text: "a" }], role: "user" } }), keys[0]);
});

test("gemini-embed: an error has the provider's own shape", () => {
  const { error } = geminiEmbed.error("m", "c") as { error: { code: number; message: string } };
  assert.deepEqual([error.code, error.message], [400, "m"]);
});
