import assert from "node:assert/strict";
import { test } from "node:test";
import type { Verdict } from "../src/dialect.ts";
import { ollamaEmbed } from "../src/dialects/ollama-embed.ts";
import { askOf } from "./ask.ts";
import { fixtureLaws, judgingOf } from "./fixture-laws.ts";
import { identitiesOf } from "./identities.ts";
import { secretLaws } from "./secret-laws.ts";

const url = "http://localhost:11434/api/embed";
const request = { model: "all-minilm", input: ["a", "b"] };
const { bytes } = judgingOf({ dialect: ollamaEmbed, request, url: () => url });
const { keyOf } = identitiesOf(ollamaEmbed, "http://localhost:11434", "/api/embed");

const facts = { usage: { input: 8, output: 0 } };
const yes = { keep: "yes" } as const;
const no = (reason: string) => ({ keep: "no", reason }) as const;

const verdicts: Record<string, Verdict> = {
  "whole": { ...facts, ...yes },
  "whole-cut": no("unparsable"),
  "whole-empty-vector": { ...facts, ...no("empty-vector") },
  "whole-error": no("error"),
  "whole-error-inside": { ...facts, ...no("error") },
  "whole-loaded": { ...facts, ...no("no-vectors") },
  "whole-missing": { ...facts, ...no("missing-vectors") },
  "whole-no-count": yes,
  "whole-null-vector": { ...facts, ...no("empty-vector") },
  "whole-old": no("no-vectors"),
  "whole-pretty": { ...facts, ...yes },
};

fixtureLaws({ dialect: ollamaEmbed, verdicts, request, url: () => url });
secretLaws({ dialect: ollamaEmbed, url, request, answer: bytes("whole"), secret: [] });

test("ollama-embed: which requests it knows, and what they ask", () => {
  for (const path of ["/api/embed", "/ollama/api/embed"]) {
    assert.ok(ollamaEmbed.matches(path), path);
  }
  for (const path of ["/api/embeddings", "/api/chat", "/embed"]) {
    assert.ok(!ollamaEmbed.matches(path), path);
  }
  const common = { form: "whole", model: "m", usage: false, limited: false };
  assert.deepEqual(askOf(ollamaEmbed, { model: "m", input: "a" }), {
    ...common,
    words: "a",
    items: 1,
  });
  assert.deepEqual(askOf(ollamaEmbed, { model: "m", input: ["b", "c"], truncate: false }), {
    ...common,
    words: "b",
    items: 2,
  });
  for (const body of [{}, { model: "m" }, { input: "a" }, { model: "m", input: null }]) {
    assert.equal(askOf(ollamaEmbed, body), null, JSON.stringify(body));
  }
});

test("ollama-embed: what counts, and what does not", () => {
  const bodies = [
    request,
    { ...request, input: "a" },
    { ...request, input: ["a"] },
    { ...request, truncate: false },
    { ...request, truncate: true },
    { ...request, dimensions: 128 },
    { ...request, options: { num_ctx: 512, seed: 1 } },
    { ...request, options: { num_ctx: 512, seed: 2 } },
  ];
  const keys = bodies.map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyOf({ keep_alive: "5m", ...request }), keys[0]);
  assert.equal(keyOf({ ...request, options: { seed: 1, num_ctx: 512 } }), keys[6]);
});

test("ollama-embed: an error has the provider's own shape", () => {
  assert.deepEqual(ollamaEmbed.error("m", "c"), { error: "m", code: "c" });
});
