import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { type CacheOptions, createCache } from "../../mod.ts";
import { leaping } from "../places.ts";
import { OpenAI } from "../sdk.ts";
import { type Case, prose } from "./cases.ts";
import type { Rival } from "./compare.ts";

type Fetch = typeof globalThis.fetch;

/** Ways to answer the same calls, the floor first. */
export interface Peers {
  readonly rivals: readonly Rival[];
  /** Removes what they wrote. */
  clean(): void;
}

/**
 * `memory`: the SDK with a fetch that answers from memory, the floor. `hit`: the cache, asked again
 * soon. `first`: the cache when each request is new to the process, as after a restart. `file`: the
 * floor and one file read at once, which is the least that a cache on disk costs on this machine.
 * `naive`: a file for each request, read by promises.
 *
 * @throws where one of them lets a call out that was recorded.
 */
export async function peersOf(one: Case): Promise<Peers> {
  const folder = mkdtempSync(join(tmpdir(), "llmcache-bench-"));
  const dir = join(folder, "cache");
  const memory = memoryFetch(one);
  const upstream = { open: true };
  const guarded: Fetch = (input, init) => {
    if (!upstream.open) throw new Error(`${one.name}: a recorded call went out`);
    return memory(input, init);
  };
  const asking = (client: OpenAI) => (turn: number) => ask(client, one, turn);
  const cached = (options: CacheOptions) => asking(createCache(options).chat(clientOf(guarded)));

  const floor = asking(clientOf(memory));
  const again = cached({ dir });
  // Entries of its own: what one reads is not held for the other.
  const asNew = () => cached({ store: nodeFsStore({ dir, now: leaping() }), namespace: "first" });
  let first = asNew();
  const naive = asking(clientOf(naiveFetch(guarded, folder)));
  for (let turn = 0; turn <= one.calls; turn++) {
    await again(turn);
    await first(turn);
    await naive(turn);
  }
  upstream.open = false;
  const file = asking(clientOf(fileFetch(one, join(folder, "one file"))));
  const anew = async () => {
    first = asNew();
    // Opening the store is no part of a hit.
    await first(one.calls);
  };
  const round = (run: Rival["run"]) => (turn: number) => run(turn % one.calls);
  return {
    rivals: [
      { name: "memory", run: round(floor) },
      { name: "hit", run: round(again) },
      { name: "first", prepare: anew, run: (turn) => first(turn) },
      { name: "file", run: round(file) },
      { name: "naive", run: round(naive) },
    ],
    clean: () => rmSync(folder, { recursive: true }),
  };
}

/** Without a `Response` on its fetch the SDK would ask it for `data:,` first. */
function clientOf(fetch: Fetch): OpenAI {
  const own = Object.assign(fetch, { Response });
  return new OpenAI({ apiKey: "none", baseURL: "http://model.test/v1", fetch: own, maxRetries: 0 });
}

async function ask(openai: OpenAI, { prompt, stream }: Case, turn: number): Promise<void> {
  const content = `${prose(prompt)}${turn}`;
  const request = { model: "m", messages: [{ role: "user" as const, content }] };
  if (!stream) return void await openai.chat.completions.create(request);
  for await (const _ of await openai.chat.completions.create({ ...request, stream }));
}

function memoryFetch({ answer, type }: Case): Fetch {
  const bytes = new TextEncoder().encode(answer);
  return () => Promise.resolve(new Response(bytes, { headers: { "content-type": type } }));
}

/** Reads, and looks at nothing. */
function fileFetch({ answer, type }: Case, path: string): Fetch {
  writeFileSync(path, answer);
  return () =>
    Promise.resolve(new Response(readFileSync(path), { headers: { "content-type": type } }));
}

/** What one writes in five minutes. */
function naiveFetch(upstream: Fetch, folder: string): Fetch {
  return async (input, init) => {
    const key = createHash("sha256").update(String(init?.body)).digest("hex");
    const file = join(folder, key);
    const kept = await readFile(file, "utf8").catch(() => undefined);
    if (kept !== undefined) {
      const { body, headers } = JSON.parse(kept);
      return new Response(body, { headers });
    }
    const response = await upstream(input, init);
    const body = await response.text();
    const headers = [...response.headers];
    await writeFile(file, JSON.stringify({ body, headers }));
    return new Response(body, { headers });
  };
}
