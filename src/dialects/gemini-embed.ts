/**
 * Gemini's embedContent and batchEmbedContents.
 *
 * @module
 */

import type { BuiltIn, VectorsAsked } from "../batch/batch.ts";
import type { JsonObject, Place, Shape } from "../dialect.ts";
import type { TargetKey } from "../identity/target.ts";
import { geminiEmbedBatch, listOf, requestsOf, wordsOf } from "./gemini-embed-batch.ts";
import { gemini } from "./gemini.ts";
import { asObject, isObject } from "./reading.ts";
import { recordVectors } from "./vectors.ts";

const FLAT: Shape = {};
const request: Shape = {
  members: {
    content: { members: { parts: { items: { members: { inlineData: FLAT, fileData: FLAT } } } } },
    embedContentConfig: FLAT,
  },
};

/** The method behind the model. */
const METHOD = /([^/:]+):(embedContent|batchEmbedContents)$/;

/** The wire format of `POST …/models/{model}:embedContent` and `:batchEmbedContents`. */
export const geminiEmbed: BuiltIn = {
  name: "gemini-embed",
  shape: { members: { ...request.members, requests: { items: request } } },
  matches: (path) => METHOD.test(path),
  ask,
  target,
  record: (asked) =>
    recordVectors(asked, (answer) => {
      const list = listOf(answer);
      return {
        ...(list && { vectors: list.map((item) => asObject(item).values) }),
        tokens: asObject(answer.usageMetadata).promptTokenCount,
      };
    }),
  fit: (answer) => answer,
  answers: { usage: ["usageMetadata"] },
  error: gemini.error,
  batch: geminiEmbedBatch,
};

function ask(body: JsonObject, { path }: Place): VectorsAsked | null {
  const [, model, method] = METHOD.exec(path) ?? [];
  // What one of the methods asks, the other would not understand.
  if ((method === "batchEmbedContents") !== (body.requests !== undefined)) return null;
  const requests = requestsOf(body);
  if (!requests?.every(({ content }) => isObject(content))) return null;
  return {
    form: "whole",
    ...(model !== undefined && { model }),
    usage: false,
    limited: false,
    words: wordsOf(requests[0]!),
    items: requests.length,
  };
}

/** Both methods ask for the same vectors; their bodies tell them apart. */
function target(target: TargetKey): TargetKey {
  return { ...target, path: target.path.replace(METHOD, "$1") };
}
