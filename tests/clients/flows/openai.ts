import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn, weatherTool } from "../flow.ts";

const model = "gpt-4.1-mini";
const user = (content: string) => [{ role: "user" as const, content }];

export const flow: Flow = async ({ url, cache }) => {
  const openai = cache.chat(new OpenAI({ apiKey: "none", baseURL: `${url}/v1` }));
  const { completions } = openai.chat;

  const runner = completions.runTools({
    model,
    messages: user(WEATHER),
    tools: [{
      type: "function",
      function: {
        ...weatherTool,
        parse: JSON.parse,
        function: ({ city }: { city: string }) => weatherIn(city),
      },
    }],
  });
  const format = zodResponseFormat(z.object({ city: z.string(), country: z.string() }), "place");
  const parsed = await completions.parse({ model, messages: user(PLACE), response_format: format });
  const stream = openai.responses.stream({ model, input: STORY });
  const embedded = await openai.embeddings.create({
    model: "text-embedding-3-small",
    input: ["a", "b"],
  });
  return {
    whole: await completions.create({ model, messages: user(STORY) }),
    stream: await all(completions.create({ model, messages: user(STORY), stream: true })),
    tools: await runner.finalContent(),
    parsed: parsed.choices[0]?.message.parsed,
    response: (await openai.responses.create({ model, input: WEATHER })).output_text,
    responseStream: (await stream.finalResponse()).output_text,
    embeddings: embedded.data.map(({ embedding }) => embedding.slice(0, 3)),
    retried: (await completions.create({ model, messages: user(FLAKY) })).choices[0]?.message
      .content,
  };
};
