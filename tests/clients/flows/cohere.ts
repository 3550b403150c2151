import { CohereClientV2 } from "cohere-ai";
import { all, type Flow, STORY } from "../flow.ts";

const model = "command-a-03-2025";
const messages = [{ role: "user" as const, content: STORY }];

/** No format that is covered: it passes through untouched, each time. */
export const flow: Flow = async ({ url, cache }) => {
  const cohere = new CohereClientV2({ token: "none", environment: url, fetch: cache.fetch });
  const whole = await cohere.chat({ model, messages });
  const stream = await all(cohere.chatStream({ model, messages }));
  return { whole: whole.message.content, stream: stream.map(({ type }) => type) };
};
