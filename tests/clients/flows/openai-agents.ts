import { Agent, OpenAIProvider, Runner, tool } from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn } from "../flow.ts";

const model = "gpt-4.1-mini";

export const flow: Flow = async ({ url, cache }) => {
  const openAIClient = cache.chat(new OpenAI({ apiKey: "none", baseURL: `${url}/v1` }));
  const runnerOf = (useResponses: boolean) =>
    new Runner({
      modelProvider: new OpenAIProvider({ openAIClient, useResponses }),
      tracingDisabled: true,
    });

  const weather = tool({
    name: "get_weather",
    description: "Tells the weather in a city.",
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => weatherIn(city),
  });
  const reporter = new Agent({
    name: "Reporter",
    model,
    instructions: "Report.",
    tools: [weather],
  });
  const desk = new Agent({ name: "Desk", model, instructions: "Hand over.", handoffs: [reporter] });
  const writer = new Agent({ name: "Writer", model, instructions: "Write." });
  const outputType = z.object({ city: z.string(), country: z.string() });
  const geographer = new Agent({ name: "Geographer", model, instructions: "Know.", outputType });

  const outcome: Record<string, unknown> = {};
  for (
    const [name, runner] of [["chat", runnerOf(false)], ["responses", runnerOf(true)]] as const
  ) {
    const streamed = await runner.run(writer, STORY, { stream: true });
    const text = (await all(streamed.toTextStream())).join("");
    await streamed.completed;
    outcome[name] = {
      team: (await runner.run(desk, WEATHER)).finalOutput,
      streamed: text,
      structured: (await runner.run(geographer, PLACE)).finalOutput,
      retried: (await runner.run(writer, `${name}: ${FLAKY}`)).finalOutput,
    };
  }
  return outcome;
};
