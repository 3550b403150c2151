import Anthropic from "@anthropic-ai/sdk";
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

const base = { model: "claude-sonnet-5", max_tokens: 1000 };
const user = (content: string) => [{ role: "user" as const, content }];

export const flow: Flow = async ({ url, cache }) => {
  const anthropic = cache.chat(new Anthropic({ apiKey: "none", baseURL: url }));
  const { name, description, parameters } = weatherTool;
  const runner = anthropic.beta.messages.toolRunner({
    ...base,
    messages: user(WEATHER),
    tools: [{
      name,
      description,
      input_schema: parameters,
      parse: (input: unknown) => input as { city: string },
      run: ({ city }: { city: string }) => weatherIn(city),
    }],
  });
  const forced = await anthropic.messages.create({
    ...base,
    messages: user(PLACE),
    tools: [{ name: "place", description: "The place.", input_schema: placeSchema }],
    tool_choice: { type: "tool", name: "place" },
  });
  return {
    whole: await anthropic.messages.create({ ...base, messages: user(STORY) }),
    stream: await all(anthropic.messages.create({ ...base, messages: user(STORY), stream: true })),
    helper: await anthropic.messages.stream({ ...base, messages: user(STORY) }).finalMessage(),
    tools: (await runner).content,
    structured: forced.content,
    retried: (await anthropic.messages.create({ ...base, messages: user(FLAKY) })).content,
  };
};
