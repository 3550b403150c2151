import type { OpenAI } from "./sdk.ts";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { all, question } from "./stage.ts";

const streamed = { ...question, stream: true } as const;
const parameters = { type: "object", properties: { city: { type: "string" } } };

const weather = (seen: unknown[]) => ({
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city.",
    parameters,
    parse: JSON.parse as (text: string) => { city: string },
    function: (place: { city: string }) => {
      seen.push(place);
      return `Rain in ${place.city}.`;
    },
  },
});

/** Ways to use the SDK; each returns everything it got to see. */
export const flows: Readonly<Record<string, (openai: OpenAI) => Promise<unknown>>> = {
  async "a whole answer"(openai) {
    const completion = await openai.chat.completions.create(question);
    return [completion, completion._request_id];
  },
  "a stream": (openai) => all(openai.chat.completions.create(streamed)),
  "a stream with its usage": (openai) =>
    all(openai.chat.completions.create({ ...streamed, stream_options: { include_usage: true } })),
  "several choices with logprobs": (openai) =>
    openai.chat.completions.create({ ...question, n: 3, logprobs: true }),
  async "the stream helper"(openai) {
    const events: unknown[] = [];
    const stream = openai.chat.completions.stream(question);
    stream.on("content", (delta, text) => events.push([delta, text]));
    stream.on("chunk", (chunk) => events.push(chunk));
    return [await stream.finalChatCompletion(), events];
  },
  "parsed answers": (openai) =>
    openai.chat.completions.parse({
      ...question,
      response_format: zodResponseFormat(z.object({ city: z.string(), hot: z.boolean() }), "place"),
    }),
  async "a tool runner"(openai) {
    const seen: unknown[] = [];
    const runner = openai.chat.completions.runTools({ ...question, tools: [weather(seen)] });
    return [await runner.finalContent(), runner.messages, seen];
  },
  async "a streamed tool runner"(openai) {
    const seen: unknown[] = [];
    const runner = openai.chat.completions.runTools({ ...streamed, tools: [weather(seen)] });
    return [await runner.finalContent(), runner.messages, seen];
  },
};
