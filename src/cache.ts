/**
 * The cache: `request → dialect → key → store → hit: replay`, `miss: flight → upstream → record → store`.
 *
 * @module
 */

import { isPromise } from "./time/awaitable.ts";
import { type Core, createCore } from "./core.ts";
import { type Cacheable, wrap } from "./client.ts";
import { type Arrival, type Exchange, throwIfLeft } from "./exchange.ts";
import { type Face, wrapFetch } from "./face.ts";
import type { FaceOptions } from "./options/face.ts";
import { lookUpBatch } from "./batch/items.ts";
import { ASKED_ANEW, type Missing, type Served } from "./lookup.ts";
import type { CacheOptions } from "./options/options.ts";
import { readFaceOptions, readOptions, type Settings } from "./options/settings.ts";
import { pass, passOrRefuse } from "./pass.ts";
import type { PlainRequest } from "./identity/plain-request.ts";
import { direct } from "./policy.ts";
import { createRecogniser, type Recogniser } from "./recognise.ts";
import { record } from "./record.ts";
import { refuse } from "./refuse.ts";
import { type Rejectable, rejectAnswer } from "./reject.ts";
import type { Call } from "./request.ts";
import { serve } from "./serve.ts";
import type { Awaitable } from "./store.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";
import type { Send } from "./flight/upstream.ts";
import { explainWhy, type Why } from "./why.ts";

/** One cache, several faces. */
export interface Cache extends Upkeep {
  /** A `fetch` that never makes an identical LLM call twice, for every SDK that takes one. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Puts the cache under an SDK client, or around a function; see {@linkcode cachedChat}.
   *
   * @param target a client with `withOptions({ fetch })`, or a function.
   * @returns the same type.
   */
  chat<T extends Cacheable>(target: T): T;
  /**
   * Another face of the same cache: its store and its calls under way are shared.
   *
   * @param options what is different in it.
   * @throws {TypeError} naming an option that is wrong.
   */
  with(options: FaceOptions): Cache;
  /**
   * Tells why a request is a hit, or why it is not: which stored request comes nearest, and in which
   * fields it is another. Nothing goes out, and nothing is stored.
   *
   * @param request a `Request`, or its `url` and `body` (and `headers`, where some count).
   * @returns what would become of it, also in one sentence for people (`message`). The work is
   *   bounded: the newest 200 stored requests of its wire format are compared, of at most 20 000
   *   entries that are looked at.
   * @throws {TypeError} if the request has no URL or no body.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   *
   * const cache = createCache();
   * const body = { model: "gpt-4.1", messages: [{ role: "user", content: "Hello" }] };
   * const why = await cache.why({ url: "https://api.openai.com/v1/chat/completions", body });
   * console.log(why.status, why.nearest?.differences, why.message);
   * ```
   */
  why(request: Request | PlainRequest): Promise<Why>;
  /**
   * Throws out an answer that was no good, in both forms. Whoever asks for it again in this run is not
   * answered with it, nor by the call it came from, even where the store cannot remove it.
   *
   * @param what what you hold: the `Response` or its headers (also as an object); the `key` of an event; the
   *   answer's own `id`; or the request, a `Request` or its `url` and `body` (and `headers`,
   *   where some count; without them those count that this run has sent). Of a batch of
   *   embeddings each vector is kept for itself too: those go by the request only.
   * @returns how many entries were removed. An `id` that this run has not met is searched for in
   *   all entries. Faults of the store are events.
   * @throws {TypeError} if it is none of these.
   *
   * @example
   * ```ts
   * import { createCache } from "@x/llmcache";
   * import OpenAI from "openai";
   *
   * const cache = createCache();
   * const openai = cache.chat(new OpenAI({ apiKey: "sk-…" }));
   *
   * async function ask(body: OpenAI.ChatCompletionCreateParamsNonStreaming) {
   *   const answer = await openai.chat.completions.create(body);
   *   try {
   *     return JSON.parse(answer.choices[0]?.message.content ?? "");
   *   } catch (error) {
   *     await cache.reject(answer.id); // the next try goes out
   *     throw error;
   *   }
   * }
   * ```
   */
  reject(what: Rejectable): Promise<number>;
  /** Waits for writes under way and closes what the cache opened; later calls pass through. */
  close(): Promise<void>;
}

const faces = new WeakMap<object, Face>();

/**
 * Makes a cache with faces of its own.
 *
 * @param options all optional; without them the cache uses the store this runtime keeps by itself.
 * @returns the cache; nothing is opened before the first call.
 * @throws {TypeError} naming an option that is wrong or unknown.
 *
 * @example
 * ```ts
 * import { createCache } from "@x/llmcache";
 *
 * const cache = createCache({ onEvent: (event) => console.log(event.status) });
 * const researcher = cache.with({ namespace: "researcher" });
 * const fetch = researcher.fetch; // for any SDK that takes a fetch
 * await cache.close();
 * ```
 */
// `& object`: a text would pass for options, because it has a method `normalize` too.
export function createCache(options: CacheOptions & object = {}): Cache {
  const settings = readOptions(options);
  return createFace(createCore(settings), settings);
}

function createFace(core: Core, settings: Settings): Cache {
  const recognise = createRecogniser(settings);
  const answer = (call: Call, send: Send) => answerCall({ core, settings, recognise }, call, send);
  const face: Face = { core, settings, answer };
  const cache: Cache = {
    fetch: wrapFetch(face, settings.fetch),
    chat: (target) => wrap(target, face),
    with: (options) => createFace(core, readFaceOptions(options, settings)),
    why: (request) => explainWhy({ core, settings, recognise }, request),
    reject: (what) => rejectAnswer({ core, settings, recognise }, what),
    ...createUpkeep(core, settings),
    close: () => core.close(),
  };
  faces.set(cache, face);
  return cache;
}

/** The face of a cache, or of a new one with these options. */
export function faceOf(optionsOrCache: CacheOptions | Cache = {}): Face {
  return faces.get(optionsOrCache) ?? faces.get(createCache(optionsOrCache as CacheOptions))!;
}

/** What the flow needs of a face. */
interface Flow {
  readonly core: Core;
  readonly settings: Settings;
  readonly recognise: Recogniser;
}

/** The whole flow of one call. What is there at once is not waited for: each `await` would cost a hit. */
async function answerCall(flow: Flow, original: Call, send: Send): Promise<Response> {
  const { core, recognise } = flow;
  const { call, settings, policy, bypass } = direct(original, flow.settings);
  const arrival: Arrival = { settings, policy, started: settings.now() };
  if (settings.mode === "off") return pass(arrival, original, send, { detail: "mode-off" });
  throwIfLeft(arrival, call);
  if (bypass) return passOrRefuse(arrival, original, send, bypass);
  let opened = core.open();
  if (isPromise(opened)) opened = await opened;
  if (!opened) return passOrRefuse(arrival, original, send, { detail: "cache-closed" });

  let known = recognise(call, opened.hash, settings);
  if (isPromise(known)) known = await known;
  if ("detail" in known) return passOrRefuse(arrival, original, send, known);

  const exchange: Exchange = { ...arrival, core, opened, known };
  let found = policy.asksAnew ? ASKED_ANEW : look(exchange);
  if (isPromise(found)) found = await found;
  throwIfLeft(exchange, call);
  if (found.entry) return serve(exchange, call, found);
  if (policy.staysIn) return refuse(exchange, call, found);
  return record(exchange, call, send, found);
}

function look(exchange: Exchange): Awaitable<Served | Missing> {
  const { landings } = exchange.opened;
  return landings.look(exchange.known.key, () => lookUpBatch(exchange));
}
