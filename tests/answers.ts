/** A chat provider whose answers count its calls, so that two of them are never the same. */

import { memoryStore } from "../adapters/memory.ts";
import { type Cache, type CacheOptions, createCache } from "../mod.ts";
import { listen } from "./listen.ts";

export const url = "https://api.openai.com/v1/chat/completions";
const question = { model: "m", messages: [{ role: "user", content: "q" }] };

/** The answer to the so-manyth call. */
export function wholeAnswer(number: number, content = `answer ${number}`): string {
  return JSON.stringify({
    id: `chatcmpl-${number}`,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  });
}

/** The same as a stream, without its end. */
export function streamedParts(number: number, content = `answer ${number}`): string[] {
  const event = (delta: object, finish_reason: string | null) =>
    `data: ${
      JSON.stringify({ id: `chatcmpl-${number}`, choices: [{ index: 0, delta, finish_reason }] })
    }\n\n`;
  return [event({ role: "assistant", content }, null), event({}, "stop"), "data: [DONE]\n\n"];
}

/** What a scene is played with. */
export interface Scene {
  readonly cache: Cache;
  /** Asks and reads the answer. */
  ask(
    more?: object,
    init?: RequestInit,
    face?: Cache,
  ): Promise<{ response: Response; text: string }>;
  /** The body of a request, as text. */
  bodyOf(more?: object): string;
  story(): string[];
  readonly events: ReturnType<typeof listen>["events"];
  /** How many calls have gone out. */
  out(): number;
}

/** Sets it: answers are whole or streamed as they are asked for. */
export function sceneOf(
  options: CacheOptions = {},
  respond: (number: number, isStream: boolean) => Response = plainly,
): Scene {
  const { story, events, onEvent } = listen();
  let calls = 0;
  const cache = createCache({
    ...(options.dir === undefined && { store: memoryStore() }),
    onEvent,
    fetch: (_, init) => Promise.resolve(respond(++calls, /"stream":true/.test(String(init?.body)))),
    ...options,
  });
  const bodyOf = (more: object = {}) => JSON.stringify({ ...question, ...more });
  return {
    cache,
    bodyOf,
    async ask(more, init, face = cache) {
      const response = await face.fetch(url, { method: "POST", body: bodyOf(more), ...init });
      return { response, text: await response.text() };
    },
    story,
    events,
    out: () => calls,
  };
}

/** The whole of it, at once. */
export function plainly(number: number, isStream: boolean): Response {
  return new Response(isStream ? streamedParts(number).join("") : wholeAnswer(number), {
    headers: { "content-type": isStream ? "text/event-stream" : "application/json" },
  });
}
