/**
 * What a cached function is asked: which request it is, and in which form it is to be answered.
 *
 * A function does not tell which model is behind it, so the request has to, or a namespace.
 *
 * @module
 */

import type { Asked, Dialect, Form, JsonObject, Recorder } from "../dialect.ts";
import type { Hash } from "../host.ts";
import { toJson } from "../bytes/json.ts";
import { identify } from "../key.ts";
import type { Settings } from "../options/settings.ts";
import type { Known } from "../recognise.ts";

/** A request that can be cached. */
export interface Question {
  readonly text: string;
  readonly asked: Asked;
}

/** Why a call passes through, and what to change. */
export interface Unasked {
  readonly detail: string;
  readonly hint?: string;
}

/**
 * Reads the arguments of a cached function.
 *
 * @param streams whether the function is an async generator function.
 */
export function readQuestion(
  args: readonly unknown[],
  streams: boolean,
  settings: Settings,
): Question | Unasked {
  if (args.slice(1).some((argument) => argument !== undefined)) {
    return {
      detail: "extra-arguments",
      hint: "only the first argument is in the key; put what shapes the answer into the request",
    };
  }
  const [request] = args;
  const text = toJson(request);
  if (text === undefined) {
    return { detail: "not-json", hint: "the request must be one that JSON keeps unchanged" };
  }
  const { model, stream } = Object(request);
  // It is no part of the key, so there must be no doubt what it means.
  if (stream !== undefined && stream !== null && typeof stream !== "boolean") {
    return { detail: "unclear-stream", hint: "`stream` must be true, false or missing" };
  }
  const isNamed = typeof model === "string" && model !== "";
  if (!isNamed && settings.namespace === "") {
    return {
      detail: "unnamed-model",
      hint: "add a string `model` to the request, or give the cache a `namespace`",
    };
  }
  const form: Form = stream === true || streams ? "stream" : "whole";
  const words = text.slice(0, 80);
  const asked = { form, usage: false, limited: false, words, ...(isNamed && { model }) };
  return { text, asked };
}

/** Finds the key of a request, or why a hook prevents it. */
export function recogniseQuestion(
  { text, asked }: Question,
  settings: Settings,
  hash: Hash,
): Known | Unasked {
  const identity = identify(
    {
      dialect: functionDialect,
      target: "function",
      namespace: settings.namespace,
      sample: settings.sample,
      headers: {},
      text,
      body: JSON.parse(text),
    },
    hash,
    settings,
  );
  if ("bypass" in identity) return { ...identity, detail: identity.bypass };
  const { key: id } = identity;
  return {
    dialect: functionDialect,
    asked,
    key: `${id}.${asked.form}`,
    otherKey: `${id}.${asked.form === "whole" ? "stream" : "whole"}`,
    shown: "function",
    target: "function",
    headers: {},
    text,
  };
}

/** An answer is one JSON text, or a line of JSON for each value of a stream. */
const functionDialect: Dialect = {
  name: "function",
  shape: { omit: ["stream"] },
  matches: () => false,
  ask: () => null,
  record: recordLines,
  fit: (answer) => answer,
  error: (message, code): JsonObject => ({ error: { message, code } }),
};

function recordLines(): Recorder {
  let bytes = 0;
  return {
    push(chunk) {
      bytes += chunk.length;
      return false; // A function's answer is whole when it ends.
    },
    verdict(ended) {
      if (!ended) return { keep: "no", reason: "cut" };
      return bytes > 0 ? { keep: "yes" } : { keep: "no", reason: "empty" };
    },
  };
}
