import { test } from "node:test";
import type { ChatCompletionCreateParamsNonStreaming as Params } from "openai/resources/chat/completions";
import { DONE, event, json } from "./completions.ts";
import type { Handler } from "./endpoint.ts";
import { all, question } from "./stage.ts";
import { alike } from "./trial.ts";

const place = { type: "object", properties: { city: { type: "string" } } };
const tool = (name: string) =>
  ({ type: "function", function: { name, parameters: place } }) as const;
const call = {
  id: "call_9",
  type: "function",
  function: { name: "rain", arguments: "{}" },
} as const;
const pixel = "data:image/png;base64,iVBORw0KGgo=";

const requests: Readonly<Record<string, Partial<Params>>> = {
  "a plain question": {},
  "several choices": { n: 3 },
  logprobs: { logprobs: true, top_logprobs: 2 },
  "several choices with logprobs": { n: 2, logprobs: true },
  "parallel tool calls": { tools: [tool("rain"), tool("wind"), tool("snow")] },
  "one tool call at a time": { tools: [tool("rain"), tool("wind")], parallel_tool_calls: false },
  "custom tool calls": { tools: [{ type: "custom", custom: { name: "shell" } }] },
  "both kinds of tool": { tools: [tool("rain"), { type: "custom", custom: { name: "shell" } }] },
  "tools that must not be used": { tools: [tool("rain")], tool_choice: "none" },
  "the result of a tool": {
    messages: [
      ...question.messages,
      { role: "assistant", tool_calls: [call] },
      { role: "tool", tool_call_id: "call_9", content: "wet" },
    ],
    tools: [tool("rain")],
  },
  "a model that reasons": { model: "reasoner-1", reasoning_effort: "low" },
  "a limit that is reached": { max_tokens: 3 },
  "a JSON object": { response_format: { type: "json_object" } },
  "a JSON schema": {
    response_format: { type: "json_schema", json_schema: { name: "place", schema: place } },
  },
  "text and an image": {
    messages: [{
      role: "user",
      content: [{ type: "text", text: "what?" }, { type: "image_url", image_url: { url: pixel } }],
    }],
  },
  "everything that shapes an answer": {
    temperature: 0.7,
    top_p: 0.9,
    seed: 42,
    stop: ["\n\n"],
    presence_penalty: 0.1,
    logit_bias: { 50256: -100 },
    user: "somebody",
    metadata: { run: "7" },
  },
};

for (const [name, more] of Object.entries(requests)) {
  const request = { ...question, ...more };
  test(`create: ${name}: whole`, () =>
    alike(async (openai) => {
      const completion = await openai.chat.completions.create(request);
      return [completion, completion._request_id];
    }));
  test(`create: ${name}: streamed`, () =>
    alike((openai) => all(openai.chat.completions.create({ ...request, stream: true }))));
  test(`create: ${name}: streamed with its usage`, () =>
    alike((openai) =>
      all(openai.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      }))
    ));
}

const head = { id: "x", object: "chat.completion.chunk", created: 1, model: "m" };
const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const delta = (delta: object, finish_reason: string | null = null) => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason }],
});

/** What servers that are compatible, more or less, send. */
const streams: Readonly<Record<string, readonly string[]>> = {
  "reasoning_content": [
    event(delta({ role: "assistant", content: null, reasoning_content: "Hm" })),
    event(delta({ content: "yes", reasoning_content: null }, "stop")),
    DONE,
  ],
  "reasoning and its details, after comments": [
    ": OPENROUTER PROCESSING\n\n",
    event(delta({ reasoning: "Hm", reasoning_details: [{ type: "reasoning.text", text: "Hm" }] })),
    ": OPENROUTER PROCESSING\n\n",
    event(delta({ content: "yes" }, "stop")),
    DONE,
  ],
  "the usage in the last choice": [
    event(delta({ content: "yes" })),
    event({ ...delta({}, "stop"), usage }),
    DONE,
  ],
  "usage nobody asked for": [
    event(delta({ content: "yes" }, "stop")),
    event({ ...head, choices: [], usage }),
    DONE,
  ],
  "Groq's own usage": [
    event(delta({ content: "yes" })),
    event({ ...delta({}, "stop"), x_groq: { id: "req", usage } }),
    DONE,
  ],
  "Azure's filter results first": [
    event({ ...head, choices: [], prompt_filter_results: [{ prompt_index: 0 }] }),
    event(delta({ content: "yes" }, "stop")),
    DONE,
  ],
  "line ends of Windows and no space": [
    event(delta({ content: "yes" })).replaceAll("\n", "\r\n").replace("data: ", "data:"),
    event(delta({}, "stop")).replaceAll("\n", "\r\n"),
    DONE.replaceAll("\n", "\r\n"),
  ],
  "everything in one chunk, and more after the end": [
    event(delta({ content: "é — 日本 👋" })) + event(delta({}, "stop")) + DONE + ": bye\n\n",
  ],
};

for (const [name, body] of Object.entries(streams)) {
  const handler: Handler = () => ({ headers: { "content-type": "text/event-stream" }, body });
  test(`create: a compatible server: ${name}`, () =>
    alike(
      (openai) => all(openai.chat.completions.create({ ...question, stream: true })),
      { handler },
    ));
}

const wholes: Readonly<Record<string, object>> = {
  "reasoning_content": { message: { role: "assistant", content: "yes", reasoning_content: "Hm" } },
  "reasoning": { message: { role: "assistant", content: "yes", reasoning: "Hm" } },
  "no role and content in parts": { message: { content: [{ type: "text", text: "yes" }] } },
};

for (const [name, choice] of Object.entries(wholes)) {
  const answer = { id: "x", choices: [{ index: 0, finish_reason: "stop", ...choice }], more: [1] };
  test(`create: a compatible server, whole: ${name}`, () =>
    alike((openai) => openai.chat.completions.create(question), { handler: () => json(answer) }));
}
