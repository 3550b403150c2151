// OPENAI_API_KEY=… deno run --allow-env --allow-net --allow-read --allow-write examples/deno.ts
// Run it twice: the second time it says "hit". In a project of your own, import the first from
// "jsr:@x/llmcache" and the second from "npm:openai".
import process from "node:process";
import { cachedChat, cacheStatus } from "@x/llmcache";
import OpenAI from "openai";

const openai = cachedChat(new OpenAI());
const { data, response } = await openai.chat.completions.create({
  model: process.env.OPENAI_MODEL ?? "gpt-5.4-mini",
  messages: [{ role: "user", content: "Why is the sky blue? Two sentences." }],
}).withResponse();
console.log(data.choices[0]?.message.content);
console.log(cacheStatus(response)?.hit ? "hit" : "miss");
