import assert from "node:assert/strict";
import { test } from "node:test";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import {
  ChatCompletionStream,
  type ChatCompletionStreamParams,
} from "openai/lib/ChatCompletionStream";
import { z } from "zod";
import { DONE, event } from "./completions.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { alike, outcome, steady } from "./trial.ts";

type Request = ChatCompletionStreamParams;

const place = z.object({ city: z.string(), hot: z.boolean(), of: z.array(z.number()) });
const rain = zodFunction({ name: "rain", parameters: z.object({ city: z.string() }) });
const shell = { type: "custom", custom: { name: "shell" } } as const;
const parsed = { ...question, response_format: zodResponseFormat(place, "place") };

const EVENTS = [
  ...["connect", "chunk", "chatCompletion", "message", "content", "functionToolCall"],
  ...["functionToolCallResult", "finalChatCompletion", "finalMessage", "finalContent"],
  ...["finalFunctionToolCall", "finalFunctionToolCallResult", "totalUsage", "error", "abort"],
  ...["content.delta", "content.done", "refusal.delta", "refusal.done", "end"],
  ...["tool_calls.function.arguments.delta", "tool_calls.function.arguments.done"],
  ...["logprobs.content.delta", "logprobs.content.done", "logprobs.refusal.delta"],
];

/** What one can listen to. */
interface Emitter {
  // deno-lint-ignore no-explicit-any -- the SDK types each event on its own
  on(name: any, listener: (...values: any[]) => void): unknown;
}

/** Takes down every event there is, as it was at that moment: the SDK goes on changing some. */
function listenToAll(emitter: Emitter): unknown[] {
  const log: unknown[] = [];
  for (const name of EVENTS) {
    emitter.on(name, (...values) => log.push([name, JSON.stringify(values)]));
  }
  return log;
}

const streams: Readonly<Record<string, Request>> = {
  "text": question,
  "several choices with logprobs": { ...question, n: 2, logprobs: true },
  "tool calls": { ...question, tools: [rain, zodFunction({ name: "wind", parameters: place })] },
  "custom tool calls": { ...question, tools: [shell] },
  "a parsed answer": parsed,
  "the usage": { ...question, stream_options: { include_usage: true } },
};

for (const [name, request] of Object.entries(streams)) {
  test(`stream(): ${name}: every event, and what is left at the end`, () =>
    alike(async (openai) => {
      const stream = openai.chat.completions.stream(request);
      const log = listenToAll(stream);
      const end = await outcome(async () => [
        await stream.finalChatCompletion(),
        await stream.finalMessage(),
        await stream.finalFunctionToolCall(),
        await stream.totalUsage(),
      ]);
      await stream.done().catch(() => {});
      assert.ok(log.length > 3);
      return [log, end, JSON.stringify(stream.messages)];
    }));
}

test("stream(): iterated, and its text alone", () =>
  alike(async (openai) => {
    const chunks = await all(openai.chat.completions.stream(question));
    const content = await openai.chat.completions.stream({ ...question, model: "n" })
      .finalContent();
    return [chunks, content];
  }));

test("stream(): handed on as a readable stream and read again elsewhere", () =>
  alike(async (openai) => {
    const readable = openai.chat.completions.stream(question).toReadableStream();
    const again = ChatCompletionStream.fromReadableStream(readable);
    return [listenToAll(again), await again.finalChatCompletion()];
  }));

test("stream(): with and without the usage are one entry where the usage was recorded", () =>
  onStage(async ({ cached, client, story, out }) => {
    const final = (openai: OpenAI, include_usage: boolean) =>
      openai.chat.completions.stream({ ...question, stream_options: { include_usage } })
        .finalChatCompletion();
    const bare = { with: await final(client(), true), without: await final(client(), false) };
    assert.equal(out(), 2);
    assert.deepEqual(await final(cached(), false), bare.without);
    assert.deepEqual(story(), ["miss"]);
    assert.deepEqual(await final(cached(), true), bare.with);
    assert.deepEqual(story(), ["miss lossy"]);
    assert.deepEqual(await final(cached(), true), bare.with);
    // Whoever asked for the usage got `usage: null` in every other event, and those bytes stay.
    assert.deepEqual(await final(cached(), false), { ...bare.without, usage: null });
    assert.deepEqual(story(), ["hit", "hit"]);
    assert.equal(out(), 2);
  }, steady));

test("parse(): with a zod schema", () =>
  alike(async (openai) => {
    const completion = await openai.chat.completions.parse(parsed);
    assert.deepEqual(completion.choices[0]?.message.parsed, { city: "text", hot: true, of: [7] });
    return [completion, completion._request_id];
  }));

test("parse(): several choices, and tools with zod schemas", () =>
  alike(async (openai) => [
    await openai.chat.completions.parse({ ...parsed, n: 2 }),
    await openai.chat.completions.parse({ ...question, tools: [rain] }),
  ]));

test("parse(): stream() parses too", () =>
  alike(async (openai) => {
    const final = await openai.chat.completions.stream(parsed).finalChatCompletion();
    assert.deepEqual(final.choices[0]?.message.parsed, { city: "text", hot: true, of: [7] });
    return final;
  }));

const failing: Readonly<Record<string, [content: string, reason: string, max_tokens: number]>> = {
  "no JSON": ["once upon a time", "stop", 99],
  "JSON of another shape": ['{"city":7}', "stop", 99],
  "cut at the limit the request set": ['{"ci', "length", 3],
};

for (const [name, [content, finish_reason, max_tokens]] of Object.entries(failing)) {
  const head = { id: "x", created: 1, model: "m" };
  const whole = { ...head, object: "chat.completion" };
  const message = { role: "assistant", content, refusal: null };
  const body = JSON.stringify({ ...whole, choices: [{ index: 0, message, finish_reason }] });
  test(`parse(): fails on the hit as on the miss: ${name}`, () =>
    alike(
      (openai) => outcome(() => openai.chat.completions.parse({ ...parsed, max_tokens })),
      { handler: () => ({ headers: { "content-type": "application/json" }, body }) },
    ));
  const part = { ...head, object: "chat.completion.chunk" };
  const delta = { role: "assistant", content };
  // In one chunk: a stream that the helper leaves before its end is not stored.
  const parts = event({ ...part, choices: [{ index: 0, delta, finish_reason }] }) + DONE;
  test(`parse(): stream() fails on the hit as on the miss: ${name}`, () =>
    alike(
      (openai) =>
        outcome(() =>
          openai.chat.completions.stream({ ...parsed, max_tokens }).finalChatCompletion()
        ),
      { handler: () => ({ headers: { "content-type": "text/event-stream" }, body: parts }) },
    ));
}
