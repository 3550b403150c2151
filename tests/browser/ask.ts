/** What a user does: asks through the real SDK, whole and streamed, and through a plain fetch. */

import OpenAI from "openai";
import { cachedChat, cachedFetch, type CacheEvent } from "@x/llmcache";

/** What came back, and what the cache told of each call. */
export interface Asked {
  readonly answers: readonly string[];
  readonly statuses: readonly string[];
}

/** Asks three times, each time something else. */
export async function ask({ baseURL }: { baseURL: string }): Promise<Asked> {
  const statuses: string[] = [];
  const onEvent = (event: CacheEvent) => void statuses.push(event.status);
  const plain = new OpenAI({ apiKey: "none", baseURL, dangerouslyAllowBrowser: true });
  const openai = cachedChat(plain, { onEvent });
  const messages = [{ role: "user" as const, content: "hello" }];

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
