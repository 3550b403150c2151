import assert from "node:assert/strict";
import { test } from "node:test";
import { zodFunction } from "openai/helpers/zod";
import { z } from "zod";
import { events, json } from "./completions.ts";
import type { Call, Handler } from "./endpoint.ts";
import { question } from "./stage.ts";
import { alike, outcome } from "./trial.ts";

const TURNS = 3;
const head = { id: "x", created: 1, model: "m" };

/** A model that calls the tool of its turn, several turns in a row, then says what it learnt. */
const agent: Handler = (call: Call) => {
  const { messages, stream, tools } = JSON.parse(call.body);
  const results = messages.filter(({ role }: { role: string }) => role === "tool");
  const turn = results.length;
  const { name } = tools[turn % tools.length].function;
  const args = JSON.stringify({ city: `city ${turn}` });
  const toolCall = { id: `call_${turn}`, type: "function", function: { name, arguments: args } };
  const heard = results.map(({ content }: { content: string }) => content).join(" ");
  const message = turn < TURNS
    ? { role: "assistant", content: null, tool_calls: [toolCall] }
    : { role: "assistant", content: heard };
  const finish_reason = turn < TURNS ? "tool_calls" : "stop";
  if (!stream) {
    const choices = [{ index: 0, message, finish_reason }];
    return json({ ...head, object: "chat.completion", choices });
  }
  const { tool_calls, ...rest } = message as { tool_calls?: object[] };
  const delta = { ...rest, ...(tool_calls && { tool_calls: [{ index: 0, ...tool_calls[0] }] }) };
  const chunk = { ...head, object: "chat.completion.chunk" };
  return events([
    { ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
  ]);
};

const city = z.object({ city: z.string() });
/** Two tools; they take down what they are called with. */
function toolsFor(seen: unknown[]) {
  return [
    zodFunction({
      name: "rain",
      parameters: city,
      function: (place) => {
        seen.push(place);
        return `Rain in ${place.city}.`;
      },
    }),
    zodFunction({
      name: "wind",
      parameters: city,
      function: (place) => {
        seen.push(place);
        return Promise.resolve({ wind: place.city });
      },
    }),
  ];
}

test("runTools(): several turns, whole", () =>
  alike(async (openai) => {
    const seen: unknown[] = [];
    const log: unknown[] = [];
    const runner = openai.chat.completions.runTools({ ...question, tools: toolsFor(seen) });
    runner.on("message", (message) => log.push(["message", message]));
    runner.on("functionToolCall", (call) => log.push(["call", call]));
    runner.on("functionToolCallResult", (result) => log.push(["result", result]));
    const content = await runner.finalContent();
    assert.equal(seen.length, TURNS);
    const completions = runner.allChatCompletions();
    assert.equal(completions.length, TURNS + 1);
    return [content, seen, log, runner.messages, completions, await runner.totalUsage()];
  }, { handler: agent }));

test("runTools(): several turns, streamed", () =>
  alike(async (openai) => {
    const seen: unknown[] = [];
    const log: unknown[] = [];
    const tools = toolsFor(seen);
    const runner = openai.chat.completions.runTools({ ...question, stream: true, tools });
    runner.on("chunk", (chunk) => log.push(["chunk", chunk]));
    runner.on("content", (delta) => log.push(["content", delta]));
    runner.on("functionToolCallResult", (result) => log.push(["result", result]));
    const content = await runner.finalContent();
    assert.equal(seen.length, TURNS);
    return [content, seen, log, runner.messages, runner.allChatCompletions()];
  }, { handler: agent }));

for (const stream of [false, true]) {
  const way = stream ? "streamed" : "whole";
  test(`runTools(): a tool that throws is told to the model, ${way}`, () =>
    alike(async (openai) => {
      const broken = zodFunction({
        name: "rain",
        parameters: city,
        function: () => {
          throw new Error("no rain gauge");
        },
      });
      const request = { ...question, tools: [broken] };
      const runner = stream
        ? openai.chat.completions.runTools({ ...request, stream: true })
        : openai.chat.completions.runTools(request);
      return [await outcome(() => runner.finalContent()), runner.messages];
    }, { handler: agent }));

  test(`runTools(): as many turns as are allowed, ${way}`, () =>
    alike(async (openai) => {
      const request = { ...question, tools: toolsFor([]) };
      const options = { maxChatCompletions: 2 };
      const runner = stream
        ? openai.chat.completions.runTools({ ...request, stream: true }, options)
        : openai.chat.completions.runTools(request, options);
      return [await outcome(() => runner.done()), runner.messages];
    }, { handler: agent }));
}
