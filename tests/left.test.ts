import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheEvent } from "../mod.ts";
import { gate } from "./gate.ts";
import { cancelled, recordInParts, scripted, sse, threeWords, word } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { outcome } from "./trial.ts";

const streamed = { ...question, stream: true } as const;

/** Ways to give up a stream after its first chunk; each tells what it has seen till the end. */
const waysOut: Readonly<Record<string, (openai: OpenAI) => Promise<unknown>>> = {
  "the caller's signal": (openai) => {
    const controller = new AbortController();
    const { signal } = controller;
    return giveUp(openai.chat.completions.create(streamed, { signal }), () => controller.abort());
  },
  "the caller's signal with a reason": (openai) => {
    const controller = new AbortController();
    const { signal } = controller;
    return giveUp(
      openai.chat.completions.create(streamed, { signal }),
      () => controller.abort(new RangeError("enough")),
    );
  },
  "stream.controller.abort()": async (openai) => {
    const stream = await openai.chat.completions.create(streamed);
    return giveUp(Promise.resolve(stream), () => stream.controller.abort());
  },
  "break": async (openai) => {
    for await (const chunk of await openai.chat.completions.create(streamed)) return chunk;
    return assert.fail("no chunk");
  },
  "return() of the iterator": async (openai) => {
    const stream = await openai.chat.completions.create(streamed);
    const chunks = stream[Symbol.asyncIterator]();
    return [await chunks.next(), await chunks.return?.(), await chunks.next()];
  },
  "cancel() of toReadableStream()": async (openai) => {
    const stream = await openai.chat.completions.create(streamed);
    const reader = stream.toReadableStream().getReader();
    const { value } = await reader.read();
    await reader.cancel();
    return value;
  },
  "abort() of the stream helper": (openai) => {
    const stream = openai.chat.completions.stream(question);
    return giveUp(Promise.resolve(stream), () => stream.abort());
  },
  "cancel() of the raw body": async (openai) => {
    const response = await openai.chat.completions.create(streamed).asResponse();
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    await reader.cancel("enough");
    return new TextDecoder().decode(value);
  },
};

/** Reads, gives up at the first chunk, and reads on. */
async function giveUp<T>(asked: PromiseLike<AsyncIterable<T>>, stop: () => void): Promise<unknown> {
  const seen: T[] = [];
  const end = await outcome(async () => {
    for await (const chunk of await asked) {
      seen.push(chunk);
      if (seen.length === 1) stop();
    }
  });
  return { seen, end };
}

for (const [name, leave] of Object.entries(waysOut)) {
  test(`a miss: left in the middle by ${name}: not stored, and the provider is told`, () => {
    const provider = scripted(word("one"));
    return onStage(async ({ endpoint, client, cached }) => {
      const bare = await leave(client());
      const told = gate<CacheEvent>();
      assert.deepEqual(await leave(cached({ onEvent: told.open })), bare);
      await cancelled(told.opened);
      assert.equal(endpoint.calls.length, 2);
      for (const call of endpoint.calls) assert.equal(await call.left, true);
    }, provider.handler);
  });

  test(`a hit: left in the middle by ${name}: it is there the next time`, () =>
    onStage(async ({ cached, story, out }) => {
      const first = await all(cached().chat.completions.create(streamed));
      await leave(cached());
      assert.deepEqual(await all(cached().chat.completions.create(streamed)), first);
      assert.deepEqual(story(), ["miss", "hit", "hit"]);
      assert.equal(out(), 1);
    }, () => ({ headers: sse, body: threeWords })));

  test(`a paced hit: left in the middle by ${name}: as a miss is, and nothing waits on`, () => {
    const provider = scripted(word("one"));
    return onStage(async ({ endpoint, client, cached }) => {
      const bare = await leave(client());
      await recordInParts(endpoint, cached());
      const signals: (AbortSignal | undefined)[] = [];
      // Ends only when it is aborted: whoever is not told hangs here.
      const wait = (milliseconds: number, signal?: AbortSignal) => {
        if (milliseconds === 50) signals.push(signal); // A slow store is waited for, too.
        return new Promise<void>((_, reject) => {
          if (signal?.aborted) reject(signal.reason);
          signal?.addEventListener("abort", () => reject(signal.reason));
        });
      };
      assert.deepEqual(await leave(cached({ pace: 50, wait })), bare);
      assert.ok(signals.length <= 1);
      assert.ok(signals.every((signal) => signal?.aborted));
    }, provider.handler);
  });
}
