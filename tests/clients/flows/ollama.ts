import { type Message, Ollama } from "ollama";
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

const model = "llama3.2";
const user = (content: string): Message[] => [{ role: "user", content }];

export const flow: Flow = async ({ url, cache }) => {
  const ollama = new Ollama({ host: url, fetch: cache.fetch });
  const messages = user(WEATHER);
  const tools = [{ type: "function" as const, function: weatherTool }];
  let { message } = await ollama.chat({ model, messages, tools });
  while (message.tool_calls?.length) {
    messages.push(message);
    for (const call of message.tool_calls) {
      const content = weatherIn(String(call.function.arguments.city));
      messages.push({ role: "tool", tool_name: call.function.name, content });
    }
    ({ message } = await ollama.chat({ model, messages, tools }));
  }
  const stream = await all(ollama.chat({ model, messages: user(STORY), stream: true }));
  const flaky = () => ollama.chat({ model, messages: user(FLAKY) });
  return {
    whole: await ollama.chat({ model, messages: user(STORY) }),
    stream: stream.map(({ message }) => message.content),
    generated: await ollama.generate({ model, prompt: STORY }),
    tools: message.content,
    structured:
      (await ollama.chat({ model, messages: user(PLACE), format: placeSchema })).message.content,
    embeddings: (await ollama.embed({ model, input: ["a", "b"] })).embeddings.map((one) =>
      one.slice(0, 3)
    ),
    // It does not retry by itself.
    retried: (await flaky().catch(flaky)).message.content,
  };
};
