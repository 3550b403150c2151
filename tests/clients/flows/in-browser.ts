import { cachedChat } from "../../../mod.ts";
import { all, type Flow, STORY } from "../flow.ts";

interface Request {
  readonly model?: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream?: boolean;
}

/** What a model in the browser says, and how often it had to. */
function createEngine(url: string) {
  const say = async (content: string) => {
    // A call that can be counted, in the place of work on the graphics card.
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "m", messages: [{ role: "user", content }] }),
    });
    return (await answer.json()).choices[0].message.content as string;
  };
  return { say };
}

/** An engine with the shape of WebLLM's `MLCEngine`, and a session with that of the Prompt API. */
export const flow: Flow = async ({ url, cache }) => {
  const { say } = createEngine(url);
  const completions = {
    async create(request: Request) {
      const content = await say(request.messages.at(-1)!.content);
      if (!request.stream) return { choices: [{ message: { role: "assistant", content } }] };
      return (async function* () {
        for (const word of content.split(" ")) yield { choices: [{ delta: { content: word } }] };
      })();
    },
  };
  const session = {
    prompt: (input: { prompt: string }) => say(input.prompt),
    async *promptStreaming(input: { prompt: string }) {
      yield* (await say(input.prompt)).split(" ");
    },
  };

  // WebLLM: the engine knows its model, the request need not name it.
  const create = cachedChat(
    (request: Request) => completions.create(request),
    cache.with({ namespace: "Llama-3.2-1B-Instruct-q4f32_1-MLC" }),
  );
  const nano = cache.with({ namespace: "gemini-nano" });
  const prompt = cachedChat((input: { prompt: string }) => session.prompt(input), nano);
  const streaming = cachedChat(session.promptStreaming, nano);

  const messages = [{ role: "user", content: STORY }];
  const stream = await create({ messages, stream: true });
  return {
    webllm: await create({ messages }),
    webllmStream: await all(stream as AsyncIterable<unknown>),
    prompt: await prompt({ prompt: STORY }),
    promptStream: await all(streaming({ prompt: STORY })),
  };
};
