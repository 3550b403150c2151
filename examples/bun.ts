// OPENAI_API_KEY=… bun examples/bun.ts
// Run it twice: the second time the same words stream from disk, and nothing goes out.
import process from "node:process";
import { cachedChat } from "@x/llmcache";
import OpenAI from "openai";

const openai = cachedChat(new OpenAI());
const stream = await openai.chat.completions.create({
  model: process.env.OPENAI_MODEL ?? "gpt-5.4-mini",
  messages: [{ role: "user", content: "Why is the sky blue? Two sentences." }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
