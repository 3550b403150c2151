import OpenAI from "openai";
import { type Flow, STORY } from "../flow.ts";

const model = "gpt-4.1-mini";
const messages = [{ role: "user" as const, content: STORY }];

/** Members of a team on one cache: with a namespace each, sharing, and all at once. */
export const flow: Flow = async ({ url, cache }) => {
  const openai = new OpenAI({ apiKey: "none", baseURL: `${url}/v1` });
  const ask = async (client: OpenAI) =>
    (await client.chat.completions.create({ model, messages })).id;
  const apart = [];
  for (const namespace of ["researcher", "writer", "critic"]) {
    apart.push(await ask(cache.with({ namespace }).chat(openai)));
  }
  const shared = [await ask(cache.chat(openai)), await ask(cache.chat(openai))];
  const crowd = cache.with({ namespace: "crowd" });
  const atOnce = await Promise.all(Array.from({ length: 5 }, () => ask(crowd.chat(openai))));
  return {
    apart,
    shared,
    atOnce,
    // Three members apart, those who share, and the five who asked at once: one answer each.
    answers: new Set([...apart, ...shared, ...atOnce]).size,
  };
};
