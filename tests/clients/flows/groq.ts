import Groq from "groq-sdk";
import {
  all,
  FLAKY,
  type Flow,
  PLACE,
  placeSchema,
  STORY,
  WEATHER,
  weatherIn,
  weatherTool,
} from "../flow.ts";

const model = "llama-3.3-70b-versatile";
const user = (content: string) => [{ role: "user" as const, content }];

export const flow: Flow = async ({ url, cache }) => {
  const groq = cache.chat(new Groq({ apiKey: "none", baseURL: url }));
  const { completions } = groq.chat;
  const messages: Groq.Chat.ChatCompletionMessageParam[] = user(WEATHER);
  const tools = [{ type: "function" as const, function: weatherTool }];
  const next = async () =>
    (await completions.create({ model, messages, tools })).choices[0]!.message;
  let message = await next();
  while (message.tool_calls?.length) {
    messages.push(message);
    for (const { id, function: { arguments: input } } of message.tool_calls) {
      messages.push({ role: "tool", tool_call_id: id, content: weatherIn(JSON.parse(input).city) });
    }
    message = await next();
  }
  const json_schema = { name: "place", schema: placeSchema };
  const response_format = { type: "json_schema" as const, json_schema };
  const structured = await completions.create({ model, messages: user(PLACE), response_format });
  return {
    whole: await completions.create({ model, messages: user(STORY) }),
    stream: await all(completions.create({ model, messages: user(STORY), stream: true })),
    tools: message.content,
    structured: structured.choices[0]?.message.content,
    retried: (await completions.create({ model, messages: user(FLAKY) })).choices[0]?.message
      .content,
  };
};
