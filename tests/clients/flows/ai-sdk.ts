import { createAnthropic } from "@ai-sdk/anthropic";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn } from "../flow.ts";

export const flow: Flow = async ({ url, cache }) => {
  const { fetch } = cache;
  const openai = createOpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch });
  const anthropic = createAnthropic({ apiKey: "none", baseURL: `${url}/v1`, fetch });
  const google = createGoogleGenerativeAI({ apiKey: "none", baseURL: `${url}/v1beta`, fetch });
  const models = {
    chat: openai.chat("gpt-4.1-mini"),
    responses: openai("gpt-4.1-mini"),
    anthropic: anthropic("claude-sonnet-5"),
    google: google("gemini-2.5-flash"),
  };
  const weather = tool({
    description: "Tells the weather in a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => weatherIn(city),
  });
  const output = Output.object({ schema: z.object({ city: z.string(), country: z.string() }) });
  const outcome: Record<string, unknown> = {};
  for (const [name, model] of Object.entries(models)) {
    const tools = { get_weather: weather };
    outcome[name] = {
      tools: (await generateText({ model, tools, prompt: WEATHER, stopWhen: stepCountIs(5) })).text,
      streamedTools: await streamText({
        model,
        tools,
        prompt: `${WEATHER} And now?`,
        stopWhen: stepCountIs(5),
      }).text,
      stream: await all(streamText({ model, prompt: STORY }).textStream),
      structured: (await generateText({ model, prompt: PLACE, output })).output,
      retried: (await generateText({ model, prompt: FLAKY })).text,
    };
  }
  const embedded = await embedMany({
    model: openai.embedding("text-embedding-3-small"),
    values: ["a", "b"],
  });
  return { ...outcome, embeddings: embedded.embeddings };
};
