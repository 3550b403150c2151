import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cache, type CacheOptions, createCache } from "../mod.ts";
import { type Endpoint, type Handler, startEndpoint } from "./endpoint.ts";
import { listen } from "./listen.ts";
import { OpenAI } from "./sdk.ts";

/** What a play needs: a provider, a folder for the entries, clients, and the story so far. */
export interface Stage {
  readonly endpoint: Endpoint;
  /** Empty at first, removed at the end. */
  readonly dir: string;
  /** A plain client of the provider, as a user builds one. It does not retry unless told. */
  client(options?: { readonly baseURL?: string; readonly maxRetries?: number }): OpenAI;
  /** A new cache on the folder, as after a restart. */
  cache(options?: CacheOptions): Cache;
  /** A plain client under a new cache on the folder. */
  cached(options?: CacheOptions): OpenAI;
  /** Tells and forgets the events since it was last asked. */
  story(): string[];
  /** Counts and forgets the calls that went out since it was last asked. */
  out(): number;
}

/** Plays with the real SDK and real HTTP, and clears everything away. */
export async function onStage(
  play: (stage: Stage) => Promise<void>,
  handler?: Handler,
): Promise<void> {
  const endpoint = await startEndpoint(handler);
  const dir = mkdtempSync(join(tmpdir(), "llmcache-stage-"));
  const { onEvent, story } = listen();
  const caches: Cache[] = [];
  let counted = 0;
  const client: Stage["client"] = (options) =>
    new OpenAI({ apiKey: "none", baseURL: endpoint.url, maxRetries: 0, ...options });
  const cache: Stage["cache"] = (options) => {
    const place = options?.store ? {} : { dir };
    const made = createCache({ ...place, onEvent, ...options });
    caches.push(made);
    return made;
  };
  const out = () => {
    const fresh = endpoint.calls.length - counted;
    counted = endpoint.calls.length;
    return fresh;
  };
  const cached: Stage["cached"] = (options) => cache(options).chat(client());
  try {
    await play({ endpoint, dir, client, cache, cached, story, out });
  } finally {
    await Promise.all(caches.map((cache) => cache.close()));
    await endpoint.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A request as small as they come. */
export const question = {
  model: "m",
  messages: [{ role: "user" as const, content: "Grüß dich, 世界 👋" }],
};

/** Reads a stream to its end. */
export async function all<T>(stream: AsyncIterable<T> | Promise<AsyncIterable<T>>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of await stream) items.push(item);
  return items;
}
