import assert from "node:assert/strict";
import { test } from "node:test";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { events, json } from "./completions.ts";
import type { Handler } from "./endpoint.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { alike, outcome } from "./trial.ts";

interface Ending {
  readonly message: { readonly content?: string | null; readonly refusal?: string };
  readonly reason: string;
  readonly told: string;
}

const endings: Readonly<Record<string, Ending>> = {
  "a refusal": { message: { content: null, refusal: "No." }, reason: "stop", told: "refusal" },
  "a content filter": {
    message: { content: "I" },
    reason: "content_filter",
    told: "content_filter",
  },
  "a cut at a limit of the provider's": {
    message: { content: '{"a":' },
    reason: "length",
    told: "length",
  },
};

const head = { id: "x", created: 1, model: "m" };

/** A provider that ends so, whole or streamed. */
function ending({ message, reason: finish_reason }: Ending): Handler {
  return ({ body }) => {
    const choice = { index: 0, logprobs: null };
    if (!JSON.parse(body).stream) {
      const answer = { role: "assistant", refusal: null, ...message };
      const choices = [{ ...choice, message: answer, finish_reason }];
      return json({ ...head, object: "chat.completion", choices });
    }
    const chunk = { ...head, object: "chat.completion.chunk" };
    const delta = { role: "assistant", ...message };
    return events([
      { ...chunk, choices: [{ ...choice, delta, finish_reason: null }] },
      { ...chunk, choices: [{ ...choice, delta: {}, finish_reason }] },
    ]);
  };
}

const response_format = zodResponseFormat(z.object({ a: z.string() }), "a");

const ways: Readonly<Record<string, (openai: OpenAI) => Promise<unknown>>> = {
  "create()": (openai) => openai.chat.completions.create(question),
  "create(), streamed": (openai) =>
    all(openai.chat.completions.create({ ...question, stream: true })),
  "stream()": (openai) => openai.chat.completions.stream(question).finalChatCompletion(),
  "parse()": (openai) =>
    outcome(() => openai.chat.completions.parse({ ...question, response_format })),
};

for (const [name, end] of Object.entries(endings)) {
  for (const [way, ask] of Object.entries(ways)) {
    test(`incomplete: ${name} is not stored: ${way}`, () =>
      onStage(async ({ client, cached, out, story }) => {
        const bare = await ask(client());
        assert.deepEqual(await ask(cached()), bare);
        assert.deepEqual(await ask(cached()), bare);
        assert.equal(out(), 3);
        assert.deepEqual(story(), [`miss ${end.told}`, `miss ${end.told}`]);
      }, ending(end)));
    test(`incomplete: ${name} is stored with storeIncomplete: ${way}`, () =>
      alike(ask, { handler: ending(end), options: { storeIncomplete: true } }));
  }
}

test("incomplete: what one face stored, another without storeIncomplete is served", () =>
  onStage(async ({ cached, story }) => {
    await cached({ storeIncomplete: true }).chat.completions.create(question);
    await cached().chat.completions.create(question);
    assert.deepEqual(story(), ["miss", "hit"]);
  }, ending(endings["a refusal"]!)));
