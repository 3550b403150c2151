import { OpenAI, OpenAIEmbedding } from "@llamaindex/openai";
import { agent } from "@llamaindex/workflow";
import { tool } from "llamaindex";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn } from "../flow.ts";

export const flow: Flow = async ({ url, cache }) => {
  const additionalSessionOptions = { fetch: cache.fetch };
  const common = { apiKey: "none", baseURL: `${url}/v1`, additionalSessionOptions };
  const llm = new OpenAI({ model: "gpt-4.1-mini", ...common });
  const weather = tool({
    name: "get_weather",
    description: "Tells the weather in a city.",
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => weatherIn(city),
  });
  const user = (content: string) => [{ role: "user" as const, content }];
  const reply = await agent({ tools: [weather], llm }).run(WEATHER);
  const schema = z.object({ city: z.string(), country: z.string() });
  const structured = await llm.chat({ messages: user(PLACE), responseFormat: schema });
  const stream = await all(llm.chat({ messages: user(STORY), stream: true }));
  const embedding = new OpenAIEmbedding({ model: "text-embedding-3-small", ...common });
  return {
    tools: reply.data.result,
    stream: stream.map(({ delta }) => delta),
    structured: structured.message.content,
    embeddings: await embedding.getTextEmbeddings(["a", "b"]),
    retried: (await llm.chat({ messages: user(FLAKY) })).message.content,
  };
};
