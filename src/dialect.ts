/**
 * What the core must know of one provider's wire format, and the list of formats it tries.
 *
 * @module
 */

import type { AnswerPlaces } from "./serving/answer-places.ts";
import type { BuiltIn } from "./batch/batch.ts";
import { anthropicMessages } from "./dialects/anthropic-messages.ts";
import { geminiEmbed } from "./dialects/gemini-embed.ts";
import { gemini } from "./dialects/gemini.ts";
import { ollamaEmbed } from "./dialects/ollama-embed.ts";
import { ollama } from "./dialects/ollama.ts";
import { openaiChat } from "./dialects/openai-chat.ts";
import { openaiEmbeddings } from "./dialects/openai-embeddings.ts";
import { openaiResponses } from "./dialects/openai-responses.ts";
import type { TargetKey } from "./identity/target.ts";

/** A JSON object as `JSON.parse` makes it. */
export type JsonObject = { [member: string]: unknown };

/** How an answer travels: as one value, or as a stream of events. */
export type Form = "whole" | "stream";

/** Tokens of one call, as the provider counted them. */
export interface Usage {
  /** Tokens of the prompt. */
  readonly input: number;
  /** Tokens of the answer. */
  readonly output: number;
}

/**
 * Which objects of a request body the API defines, so that the order of their members means nothing.
 *
 * An object with a shape has its members sorted, unless it is `ordered`; a value without one is
 * identity exactly as it was sent, order included.
 */
export interface Shape {
  /** The shapes of the members that have one; every other member is identity as it stands. */
  readonly members?: Readonly<Record<string, Shape>>;
  /** The value may be an array, and this is the shape of each item. Items keep their order. */
  readonly items?: Shape;
  /**
   * The shapes of objects that have this text as their member `type`, `""` standing for those that
   * have no such member. Any other object has the shape these variants stand in.
   */
  readonly variants?: Readonly<Record<string, Shape>>;
  /** Members that are no part of the identity. */
  readonly omit?: readonly string[];
  /** Members that count as missing where they are `null` or the value the API has as default. */
  readonly defaults?: Readonly<Record<string, boolean>>;
  /** Members that carry credentials: no part of the identity, and never stored. */
  readonly secret?: readonly string[];
  /** The object is here only because of what lies in it: its members keep their order. */
  readonly ordered?: true;
  /** The object counts as missing when nothing but omitted members was in it. */
  readonly optional?: true;
  /**
   * The value is the URL of a server that the provider calls: its user information and query may hold
   * credentials, and are hidden as they are in the URL of the request itself.
   */
  readonly url?: true;
  /** The value is the id of a tool call, at the call itself or at its result. */
  readonly callId?: "call" | "result";
}

/** What a request asks for, as far as the cache must know it. */
export interface Asked {
  /** How the answer is to travel. */
  readonly form: Form;
  /** The model, where the body names one. */
  readonly model?: string;
  /** Whether a stream was asked to carry the usage. */
  readonly usage: boolean;
  /** Whether the request set the length at which the answer may be cut. */
  readonly limited: boolean;
  /** The first words of the prompt, for people who list entries. */
  readonly words: string;
}

/**
 * The judgement on a recorded answer: `yes`, `no`, or `incomplete`, which is stored only where
 * `storeIncomplete` is set.
 */
export interface Verdict {
  /** Whether it is stored. */
  readonly keep: "yes" | "incomplete" | "no";
  /** Why it is not simply kept, in a few words: `content_filter`, `cut`, `error` … */
  readonly reason?: string;
  /** What to change so that such an answer is kept, where there is something. */
  readonly hint?: string;
  /** The answer's own id. */
  readonly id?: string;
  /** Tokens as the provider counted them. */
  readonly usage?: Usage;
}

/** Watches one answer go by. */
export interface Recorder {
  /**
   * Takes the next bytes; the boundaries between calls mean nothing.
   *
   * @returns whether the terminator has passed, so that the answer is whole whatever follows.
   */
  push(bytes: Uint8Array): boolean;
  /** Whether the server has given up in what has been seen: nobody else may join the call then. */
  hasFailed?(): boolean;
  /**
   * Judges what has been seen so far.
   *
   * @param ended whether the answer came to a clean end. Without it and without the terminator it
   *   is cut.
   */
  verdict(ended: boolean): Verdict;
}

/** What is known of the recording when a stored answer is served. */
export interface Recorded {
  /** Whether the recorded request asked for the usage. */
  readonly askedUsage: boolean;
  /** Tokens as the provider counted them. */
  readonly usage?: Usage;
}

/** Where a request goes, as far as a format must know it. */
export interface Place {
  /** The path of the URL. */
  readonly path: string;
  /** The parameters of the URL, as a server reads them. */
  readonly query: URLSearchParams;
}

/**
 * One provider wire format: which requests it knows, what in them counts, and when an answer is whole.
 *
 * A request it knows is a POST of a JSON object. The built-in formats are written like this, and one of
 * your own goes into the option `dialects`. Its methods answer at once, without a promise.
 *
 * @example
 * ```ts
 * import { createCache, type Dialect } from "@x/llmcache";
 *
 * // POST …/complete {"model", "prompt", "trace"}, answered by {"text", "done"}
 * const complete: Dialect = {
 *   name: "complete",
 *   shape: { omit: ["trace"], secret: ["api_key"] },
 *   matches: (path) => path.endsWith("/complete"),
 *   ask: ({ model, prompt }) =>
 *     typeof model === "string" && typeof prompt === "string"
 *       ? { form: "whole", model, usage: false, limited: false, words: prompt }
 *       : null,
 *   record() {
 *     const decoder = new TextDecoder();
 *     let text = "";
 *     return {
 *       push(bytes) {
 *         text += decoder.decode(bytes, { stream: true });
 *         return false; // Only the end tells that it is whole.
 *       },
 *       verdict: (ended) =>
 *         ended && JSON.parse(text).done === true
 *           ? { keep: "yes" }
 *           : { keep: "no", reason: "cut" },
 *     };
 *   },
 *   fit: (answer) => answer,
 *   error: (message, code) => ({ error: { message, code } }),
 * };
 *
 * const cache = createCache({ dialects: [complete] });
 * ```
 */
export interface Dialect {
  /** The name, which is `api` in the key: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** The objects the API defines in a request body. */
  readonly shape: Shape;
  /** Tells by the path of the URL whether a request may be of this format. */
  matches(path: string): boolean;
  /** Reads the request; `null` if it is not of this format, and the next one is tried. */
  ask(body: JsonObject, place: Place): Asked | null;
  /** Takes out of the target what is no part of the identity, such as the name of the form. */
  target?(target: TargetKey): TargetKey;
  /**
   * Tells why a request of this format cannot be cached: its answer depends on what the provider
   * keeps, or may change it, or comes in a form that is not known. `undefined` if it can.
   */
  bypass?(body: JsonObject, place: Place): string | undefined;
  /** Begins to watch an answer to `asked`. */
  record(asked: Asked): Recorder;
  /**
   * Fits a recorded answer of the same form to what is asked now.
   *
   * @returns the bytes to serve, the same array where nothing has to change; `null` where something
   *   asked for was not recorded.
   */
  fit(answer: Uint8Array, recorded: Recorded, asked: Asked): Uint8Array | null;
  /** An error in the provider's own shape. */
  error(message: string, code: string): JsonObject;
  /** Where in its answers tokens and ids of tool calls stand, for the options `usage` and `freshIds`. */
  readonly answers?: AnswerPlaces;
}

/** The formats that are tried, in this order. */
export const dialects: readonly BuiltIn[] = [
  openaiChat,
  openaiResponses,
  openaiEmbeddings,
  anthropicMessages,
  gemini,
  geminiEmbed,
  ollama,
  ollamaEmbed,
];
