/** What a user does: asks through the real SDK, whole and streamed, and through a plain fetch. */

import OpenAI from "openai";
import { cachedChat, cachedFetch, type CacheEvent } from "@x/llmcache";
import { told } from "./told.ts";

/** What came back, and what the cache told of each call. */
export interface Asked {
  readonly answers: readonly string[];
  readonly statuses: readonly string[];
}

/** Where to ask, and what. */
interface Question {
  readonly baseURL: string;
  readonly words?: string;
}

/** Asks in three ways, each of which has an entry of its own. */
export async function ask({ baseURL, words = "hello" }: Question): Promise<Asked> {
  const statuses: string[] = [];
  const onEvent = (event: CacheEvent) => void statuses.push(event.status);
  const plain = new OpenAI({ apiKey: "none", baseURL, dangerouslyAllowBrowser: true });
  const openai = cachedChat(plain, { onEvent });
  const messages = [{ role: "user" as const, content: words }];

  const whole = await openai.chat.completions.create({ model: "m", messages });
  let streamed = "";
  const stream = await openai.chat.completions.create({ model: "m", messages, stream: true });
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? "";
  const response = await cachedFetch({ onEvent, namespace: "fetch" })(
    `${baseURL}/chat/completions`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages }),
    },
  );
  return { answers: [JSON.stringify(whole), streamed, await response.text()], statuses };
}

/** Asks twice, and tells what the library said meanwhile. */
export async function askTwice(
  { baseURL }: Question,
): Promise<{ statuses: readonly string[]; warnings: readonly string[] }> {
  const where = { baseURL: new URL(baseURL, location.href).href };
  const asked = [await ask(where), await ask(where)];
  return { statuses: asked.flatMap(({ statuses }) => statuses), warnings: told.warnings };
}
