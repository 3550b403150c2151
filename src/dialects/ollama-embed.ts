/**
 * Ollama's `/api/embed`.
 *
 * @module
 */

import type { Batch, BuiltIn, Parts, VectorsAsked } from "../batch/batch.ts";
import type { JsonObject } from "../dialect.ts";
import { firstWords } from "./reading.ts";
import { batchOf, lift, partsOf, recordVectors, withMember } from "./vectors.ts";

/** With these members alone each vector depends on its own input. */
const INDEPENDENT = ["model", "input", "truncate", "dimensions", "options", "keep_alive"];
const SPENT = ["total_duration", "load_duration", "prompt_eval_count"];

/** The wire format of `POST /api/embed`. */
export const ollamaEmbed: BuiltIn = {
  name: "ollama-embed",
  shape: { omit: ["keep_alive"], members: { options: {} } },
  matches: (path) => path.endsWith("/api/embed"),
  ask,
  record: (asked) =>
    recordVectors(asked, ({ embeddings, prompt_eval_count: tokens }) => ({
      ...(Array.isArray(embeddings) && { vectors: embeddings }),
      tokens,
    })),
  fit: (answer) => answer,
  answers: { usage: ["prompt_eval_count"] },
  error: (message, code) => ({ error: message, code }),
  batch: { split, read, write, spent: SPENT },
};

function ask({ model, input }: JsonObject): VectorsAsked | null {
  if (typeof model !== "string") return null;
  if (typeof input !== "string" && !Array.isArray(input)) return null;
  const inputs = inputsOf(input);
  return {
    form: "whole",
    model,
    usage: false,
    limited: false,
    words: firstWords([{ role: "user", content: inputs?.[0] }]),
    ...(inputs && { items: inputs.length }),
  };
}

function inputsOf(input: unknown): readonly string[] | null {
  if (typeof input === "string") return [input];
  return Array.isArray(input) && input.every((one) => typeof one === "string") ? input : null;
}

function split(body: JsonObject): Batch | null {
  return batchOf(body, inputsOf(body.input), INDEPENDENT, write);
}

function read(text: string): Parts | null {
  const lifted = lift(text);
  const { embeddings, ...envelope } = lifted?.answer ?? {};
  if (!lifted || !Array.isArray(embeddings)) return null;
  const vectors = embeddings.map(lifted.take);
  const items = vectors.map((vector) => vector === null ? null : { vector, rest: {} });
  return partsOf(lifted, envelope, items, SPENT);
}

function write({ envelope, items }: Parts): string {
  return withMember(envelope, "embeddings", `[${items.map(({ vector }) => vector).join()}]`);
}
