import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { z } from "zod";
import { all, FLAKY, type Flow, PLACE, STORY, WEATHER, weatherIn } from "../flow.ts";

export const flow: Flow = async ({ url, cache }) => {
  const configuration = { baseURL: `${url}/v1`, fetch: cache.fetch };
  const llm = new ChatOpenAI({ model: "gpt-4.1-mini", apiKey: "none", configuration });
  const weather = tool(({ city }) => weatherIn(city), {
    name: "get_weather",
    description: "Tells the weather in a city.",
    schema: z.object({ city: z.string() }),
  });
  const agent = createReactAgent({ llm, tools: [weather] });
  const messages = [{ role: "user", content: WEATHER }];
  const invoked = await agent.invoke({ messages });
  const again = [{ role: "user", content: `${WEATHER} And now?` }];
  const streamed = await all(agent.stream({ messages: again }, { streamMode: "values" }));
  const place = llm.withStructuredOutput(z.object({ city: z.string(), country: z.string() }));
  const embeddings = new OpenAIEmbeddings({ apiKey: "none", configuration });
  return {
    agent: invoked.messages.at(-1)?.content,
    streamedAgent: streamed.at(-1)?.messages.at(-1)?.content,
    stream: (await all(llm.stream(STORY))).map(({ content }) => content),
    structured: await place.invoke(PLACE),
    embeddings: await embeddings.embedDocuments(["a", "b"]),
    retried: (await llm.invoke(FLAKY)).content,
  };
};
