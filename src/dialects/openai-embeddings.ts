/**
 * OpenAI embeddings, on any server that speaks them.
 *
 * @module
 */

import type { BuiltIn, VectorsAsked } from "../batch/batch.ts";
import type { JsonObject } from "../dialect.ts";
import { gatewayCredentials, throughGateways } from "./gateways.ts";
import { openaiChat } from "./openai-chat.ts";
import { inputsOf, openaiEmbeddingsBatch } from "./openai-embeddings-batch.ts";
import { fitEncoding } from "./openai-embeddings-fit.ts";
import { asObject, firstWords } from "./reading.ts";
import { recordVectors } from "./vectors.ts";

/**
 * Servers that know more members change with some of them what base64 stands for: `output_dtype`,
 * `embed_dtype`, `endianness`.
 */
const KNOWN = ["model", "input", "dimensions", "encoding_format", "user", ...gatewayCredentials];

/** The wire format of `POST …/embeddings`. */
export const openaiEmbeddings: BuiltIn = {
  name: "openai-embeddings",
  shape: throughGateways({ omit: ["user", "encoding_format"] }),
  matches: (path) => path.endsWith("/embeddings"),
  ask,
  // It is no part of the key, so there must be no doubt what it means.
  bypass: ({ encoding_format: encoding }) =>
    isEncoding(encoding ?? "float") ? undefined : "encoding-format",
  record: (asked) =>
    recordVectors(asked, ({ data, id, usage }) => ({
      ...(Array.isArray(data) && { vectors: data.map((item) => asObject(item).embedding) }),
      id,
      tokens: asObject(usage).prompt_tokens,
    })),
  fit: fitEncoding,
  answers: { usage: ["usage"] },
  error: openaiChat.error,
  batch: openaiEmbeddingsBatch,
};

/** The model may be missing: Azure has it in the path. */
function ask(body: JsonObject): VectorsAsked | null {
  const { input, model, encoding_format: encoding } = body;
  if (typeof input !== "string" && !Array.isArray(input)) return null;
  if (model !== undefined && typeof model !== "string") return null;
  const inputs = inputsOf(input);
  return {
    form: "whole",
    ...(model !== undefined && { model }),
    usage: false,
    limited: false,
    words: firstWords([{ role: "user", content: inputs?.[0] }]),
    encoding: encoding === "base64" ? encoding : "float",
    converts: Object.keys(body).every((name) => KNOWN.includes(name)),
    ...(inputs && { items: inputs.length }),
  };
}

function isEncoding(value: unknown): boolean {
  return value === "float" || value === "base64";
}
