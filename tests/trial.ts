import assert from "node:assert/strict";
import type { CacheOptions } from "../mod.ts";
import type { Cacheable } from "../src/client.ts";
import { completions } from "./completions.ts";
import type { Handler } from "./endpoint.ts";
import type { OpenAI } from "./sdk.ts";
import { onStage } from "./stage.ts";

/** The provider, but it does not count: the same question has the same answer, id included. */
export const steady: Handler = (call) => completions({ ...call, number: 0 });

/** What a trial differs in. */
export interface Trial<C> {
  /** Default {@linkcode steady}. */
  readonly handler?: Handler;
  /** Options of the cache. */
  readonly options?: CacheOptions;
  /** Makes a client of the provider; default a plain one. */
  readonly client?: (url: string) => C;
}

/**
 * Goes through a flow without us, then with us twice, each time as after a restart, and demands
 * that it sees the same three times and that nothing goes out the third time.
 */
export function alike<C extends Cacheable = OpenAI>(
  flow: (client: C) => Promise<unknown>,
  { handler = steady, options, client }: Trial<C> = {},
): Promise<void> {
  return onStage(async (stage) => {
    const make = () => client?.(stage.endpoint.url) ?? stage.client() as Cacheable as C;
    const cached = () => stage.cache(options).chat(make());
    const bare = await flow(make());
    const calls = stage.out();
    assert.ok(calls > 0);
    assert.deepEqual(await flow(cached()), bare, "the miss differs from what is without us");
    assert.equal(stage.out(), calls);
    assert.deepEqual(stage.story(), Array(calls).fill("miss"));
    assert.deepEqual(await flow(cached()), bare, "the hit differs from what is without us");
    assert.deepEqual(stage.story(), Array(calls).fill("hit"));
    assert.equal(stage.out(), 0);
  }, handler);
}

/** Goes through a flow without us, then with us twice: the same failure, and each time it goes out. */
export async function failsAlike(
  handler: Handler,
  told: string,
  flow: (client: OpenAI) => Promise<unknown>,
): Promise<unknown> {
  let bare: unknown;
  await onStage(async ({ client, cached, out, story }) => {
    bare = await flow(client());
    const calls = out(); // Deno's own fetch asks twice where it is cut.
    assert.deepEqual(await flow(cached()), bare);
    assert.deepEqual(await flow(cached()), bare);
    assert.deepEqual(story(), [told, told]);
    assert.equal(out(), 2 * calls);
  }, handler);
  return bare;
}

/** What a call comes to, as a value: what it gives, or what it fails with. */
export async function outcome(call: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error: describe(error) };
  }
}

/** Everything an error tells, the time and what is ours aside. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // undici's errors name the ports of the socket.
  const { headers, cause, stack: _, name, message, socket: __, ...rest } = error as
    & Error
    & { headers?: unknown; socket?: unknown };
  return {
    ...rest,
    class: error.constructor.name,
    name,
    // Deno's tell the port, which is the kernel's choice.
    message: message.replaceAll(/from 127\.0\.0\.1:\d+/g, "from here"),
    headers: headers instanceof Headers ? headersOf(headers) : headers,
    cause: cause === undefined ? undefined : describe(cause),
  };
}

/** Headers as a value, the time and ours aside. */
export function headersOf(headers: Headers): Record<string, string> {
  const { date: _, "cache-status": __, ...rest } = Object.fromEntries(headers);
  return rest;
}

/** Reads a stream as far as it goes, and tells how it ended. */
export async function readOut<T>(stream: Promise<AsyncIterable<T>>): Promise<unknown> {
  const seen: T[] = [];
  const end = await outcome(async () => {
    for await (const item of await stream) seen.push(item);
  });
  return { seen, end };
}
