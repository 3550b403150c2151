import assert from "node:assert/strict";
import type { CacheEvent } from "../mod.ts";
import { DONE, event } from "./completions.ts";
import { type Endpoint, type Handler, type Script, script } from "./endpoint.ts";
import type { OpenAI } from "./sdk.ts";
import { question } from "./stage.ts";

/** The headers of a stream. */
export const sse = { "content-type": "text/event-stream" };

/** One event of a stream, which says `content`. */
export function word(content: string, finish_reason: string | null = null): string {
  const choices = [{ index: 0, delta: { role: "assistant", content }, finish_reason }];
  return event({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", choices });
}

/** A whole stream, in three chunks. */
export const threeWords: readonly string[] = [word("one"), word("two"), word("", "stop") + DONE];

/** A provider whose answers the test writes while they are read. */
export interface Scripted {
  readonly handler: Handler;
  /** The answer to the last call. */
  last(): Script;
}

/** Makes such a provider; `first` is sent at once. */
export function scripted(first?: string, headers: Record<string, string> = sse): Scripted {
  let body = script();
  return {
    handler() {
      body = script();
      if (first !== undefined) body.send(first);
      return { headers, body };
    },
    last: () => body,
  };
}

/**
 * Records an answer in these very chunks: each is sent when the one before has arrived.
 *
 * @param before called before each is sent.
 */
export async function recordInParts(
  endpoint: Endpoint,
  openai: OpenAI,
  parts: readonly string[] = threeWords,
  { stream = true, before = (_: number): void => {} } = {},
): Promise<void> {
  const body = script();
  endpoint.answer(() => ({ headers: stream ? sse : { "content-type": "application/json" }, body }));
  const response = await openai.chat.completions.create({ ...question, stream }).asResponse();
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  for (const [at, part] of parts.entries()) {
    const read = reader.read();
    before(at);
    body.send(part);
    // Of a whole answer the last chunk is kept back until its end is known.
    if (stream) assert.equal(decoder.decode((await read).value), part);
  }
  body.end();
  while (!(await reader.read()).done);
}

/** The event of a call that was left. */
export async function cancelled(told: Promise<CacheEvent>): Promise<void> {
  const event = await told;
  assert.ok(event.status === "miss" && !event.stored, event.status);
  assert.equal(event.reason, "cancelled");
}
