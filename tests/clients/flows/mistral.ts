import { Mistral } from "@mistralai/mistralai";
import { HTTPClient } from "@mistralai/mistralai/lib/http.js";
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

const model = "mistral-small-latest";
const user = (content: string) => [{ role: "user" as const, content }];
const backoff = { initialInterval: 1, maxInterval: 5, exponent: 1.5, maxElapsedTime: 5000 };

export const flow: Flow = async ({ url, cache }) => {
  const httpClient = new HTTPClient({ fetcher: (input, init) => cache.fetch(input, init) });
  const retryConfig = { strategy: "backoff" as const, backoff, retryConnectionErrors: true };
  const { chat, embeddings } = new Mistral({
    apiKey: "none",
    serverURL: url,
    httpClient,
    retryConfig,
  });
  const messages: Parameters<typeof chat.complete>[0]["messages"] = user(WEATHER);
  const tools = [{ type: "function" as const, function: weatherTool }];
  const next = async () => (await chat.complete({ model, messages, tools })).choices[0]!.message!;
  let message = await next();
  while (message.toolCalls?.length) {
    messages.push({ role: "assistant", ...message });
    for (const { id, function: { arguments: input } } of message.toolCalls) {
      const { city } = typeof input === "string" ? JSON.parse(input) : input;
      messages.push({ role: "tool", toolCallId: id, content: weatherIn(city) });
    }
    message = await next();
  }
  const jsonSchema = { name: "place", schemaDefinition: placeSchema };
  const responseFormat = { type: "json_schema" as const, jsonSchema };
  const structured = await chat.complete({ model, messages: user(PLACE), responseFormat });
  const stream = await all(chat.stream({ model, messages: user(STORY) }));
  const embedded = await embeddings.create({ model: "mistral-embed", inputs: ["a", "b"] });
  return {
    whole: await chat.complete({ model, messages: user(STORY) }),
    stream: stream.map(({ data }) => data.choices[0]?.delta.content),
    tools: message.content,
    structured: structured.choices[0]?.message?.content,
    embeddings: embedded.data.map(({ embedding }) => embedding?.slice(0, 3)),
    retried: (await chat.complete({ model, messages: user(FLAKY) })).choices[0]?.message?.content,
  };
};
