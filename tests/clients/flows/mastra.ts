import { createOpenAI } from "@ai-sdk/openai";
import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn } from "../flow.ts";

export const flow: Flow = async ({ url, cache }) => {
  const openai = createOpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: cache.fetch });
  const get_weather = createTool({
    id: "get_weather",
    description: "Tells the weather in a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }: { city: string }) => Promise.resolve(weatherIn(city)),
  });
  // Its types ask more of a model than those of AI SDK 7 promise.
  const model = openai.chat("gpt-4.1-mini") as unknown as MastraModelConfig;
  const base = { instructions: "Be helpful.", model };
  const reporter = new Agent({ id: "reporter", name: "reporter", ...base, tools: { get_weather } });
  const writer = new Agent({ id: "writer", name: "writer", ...base, maxRetries: 2 });
  const schema = z.object({ city: z.string(), country: z.string() });
  return {
    tools: (await reporter.generate(WEATHER)).text,
    stream: await all((await writer.stream(STORY)).textStream),
    structured: (await writer.generate(PLACE, { structuredOutput: { schema } })).object,
    retried: (await writer.generate(FLAKY)).text,
  };
};
