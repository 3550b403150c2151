/**
 * Gemini's generateContent and streamGenerateContent, of the Gemini API and of Vertex AI.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject, Place } from "../dialect.ts";
import type { TargetKey } from "../identity/target.ts";
import { recordStream, recordWhole } from "./gemini-record.ts";
import { geminiShape } from "./gemini-shape.ts";
import { asObject, firstWords } from "./reading.ts";

/** The method behind the model, as Google's APIs have it: `…/v1beta/models/gemini-2.5-pro:generateContent`. */
const METHOD = /([^/:]+):(generateContent|streamGenerateContent)$/;

/** The wire format of `POST …/models/{model}:generateContent` and `:streamGenerateContent`. */
export const gemini: Dialect = {
  name: "gemini",
  shape: geminiShape,
  matches: (path) => METHOD.test(path),
  ask,
  target,
  bypass,
  record: (asked) => asked.form === "stream" ? recordStream(asked) : recordWhole(asked),
  // Every stream carries its usage.
  fit: (answer) => answer,
  answers: {
    usage: ["usageMetadata", "candidates.*.tokenCount"],
    calls: ["functionCall", "toolCall", "executableCode"].map(idIn),
    results: ["functionResponse", "toolResponse", "codeExecutionResult"].map(idIn),
  },
  // A status of google.rpc, and the details AIP-193 wants: https://google.aip.dev/193
  error: (message, code) => ({
    error: {
      code: 400,
      message,
      status: "INVALID_ARGUMENT",
      details: [{
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: code,
        domain: "llmcache",
      }],
    },
  }),
};

/** Where a part of this kind has its id. */
function idIn(kind: string): string {
  return `candidates.*.content.parts.*.${kind}.id`;
}

function ask(body: JsonObject, { path }: Place): Asked | null {
  const [, model, method] = METHOD.exec(path) ?? [];
  if (typeof body.contents !== "object" || body.contents === null) return null;
  const { maxOutputTokens, max_output_tokens = maxOutputTokens } = asObject(
    body.generationConfig ?? body.generation_config,
  );
  return {
    form: method === "streamGenerateContent" ? "stream" : "whole",
    ...(model !== undefined && { model }),
    usage: false,
    limited: typeof max_output_tokens === "number",
    words: firstWords(turnsOf(body.contents)),
  };
}

/** Turns and parts may stand alone, without a list around them, and who says no role is the user. */
function turnsOf(contents: unknown): JsonObject[] {
  return [contents].flat().map((content) => {
    const { role = "user", parts } = asObject(content);
    return { role, content: [parts].flat() };
  });
}

/** Both methods answer the same request; `alt=sse` is the form of a stream. */
function target({ origin, path, query = [] }: TargetKey): TargetKey {
  const rest = query.filter(([name, value]) => name !== "alt" || value !== "sse");
  return {
    origin,
    path: path.replace(METHOD, "$1"),
    ...(rest.length > 0 && { query: rest }),
  };
}

/** A stream without `alt=sse` is a JSON array; and a service can write media to a bucket of the user's. */
function bypass(body: JsonObject, { path, query }: Place): string | undefined {
  const alt = query.getAll("alt").join();
  const isJson = alt === "" || alt === "json";
  const isStream = path.endsWith(":streamGenerateContent");
  if (isStream && isJson) return "json-array";
  if (isStream ? alt !== "sse" : !isJson) return "unknown-alt";
  return body.outputConfig ?? body.output_config ? "output-config" : undefined;
}
