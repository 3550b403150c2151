/**
 * Ollama's own API, as far as it chats and completes.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject, Place } from "../dialect.ts";
import { recordStream, recordWhole } from "./ollama-record.ts";
import { ollamaShape } from "./ollama-shape.ts";
import { asObject, firstWords, isSwitch } from "./reading.ts";

/** The wire format of `POST …/api/chat` and `…/api/generate`. */
export const ollama: Dialect = {
  name: "ollama",
  shape: ollamaShape,
  matches: (path) => /\/api\/(chat|generate)$/.test(path),
  ask,
  bypass,
  record: (asked) => asked.form === "stream" ? recordStream(asked) : recordWhole(asked),
  // Every stream carries its usage.
  fit: (answer) => answer,
  answers: {
    usage: ["prompt_eval_count", "eval_count"],
    calls: ["message.tool_calls.*.id"],
  },
  // A text: its clients print an object as "[object Object]".
  error: (message, code) => ({ error: message, code }),
};

/** Many an application has such a path for itself: a model must be named, and contents be texts. */
function ask(body: JsonObject, { path }: Place): Asked | null {
  const { model, stream, options } = body;
  const turns = turnsOf(body, path);
  if (typeof model !== "string" || !isSwitch(stream) || !turns.every(isTurn)) return null;
  const { num_predict: limit } = asObject(options);
  return {
    form: stream === false ? "whole" : "stream",
    model,
    usage: false,
    // -1 is no limit, and -2 is the end of the context window.
    limited: typeof limit === "number" && limit >= 0,
    words: firstWords(turns),
  };
}

/** Without a prompt a model is loaded, or with `keep_alive: 0` unloaded: there is nothing to answer. */
function bypass(body: JsonObject, { path }: Place): string | undefined {
  const turns = turnsOf(body, path);
  const isEmpty = path.endsWith("/generate") ? turns[0]!.content === "" : turns.length === 0;
  return isEmpty ? "no-prompt" : undefined;
}

/** The prompt of `/api/generate` is one turn of the user. What is no list of turns is no turn. */
function turnsOf({ messages, prompt }: JsonObject, path: string): JsonObject[] {
  if (path.endsWith("/generate")) return [{ role: "user", content: prompt ?? "" }];
  const list = messages ?? [];
  return Array.isArray(list) ? list.map(asObject) : [{}];
}

function isTurn({ role, content, parts }: JsonObject): boolean {
  return typeof role === "string" && typeof (content ?? "") === "string" && parts === undefined;
}
