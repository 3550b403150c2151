/**
 * Batches of OpenAI embeddings.
 *
 * @module
 */

import type { Batch, Batching, Item, Parts } from "../batch/batch.ts";
import type { JsonObject } from "../dialect.ts";
import { asObject } from "./reading.ts";
import { batchOf, lift, partsOf, withMember } from "./vectors.ts";

/**
 * With these members alone each vector depends on its own input: OpenAI's own, and what is common
 * among compatible servers. (Jina's `late_chunking` lets inputs shape each other's vectors.)
 */
const INDEPENDENT = [
  ...["model", "input", "dimensions", "encoding_format", "user"],
  ...["input_type", "task", "truncate", "truncation", "output_dimension", "output_dtype"],
];
const SPENT = ["usage"];

/** How OpenAI asks for several vectors. */
export const openaiEmbeddingsBatch: Batching = { split, read, write, spent: SPENT };

/** The inputs of a request; a list of numbers is one input. `null` where they cannot be told apart. */
export function inputsOf(input: unknown): readonly unknown[] | null {
  if (typeof input === "string") return [input];
  if (!Array.isArray(input) || input.length === 0) return null;
  if (isTokens(input)) return [input];
  const isList = input.every((one) => typeof one === "string") || input.every(isTokens);
  return isList ? input : null;
}

function isTokens(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 &&
    value.every((token) => Number.isInteger(token));
}

function split(body: JsonObject): Batch | null {
  return batchOf(body, inputsOf(body.input), INDEPENDENT, write);
}

function read(text: string): Parts | null {
  const lifted = lift(text);
  const { data, ...envelope } = lifted?.answer ?? {};
  if (!lifted || !Array.isArray(data)) return null;
  const items: (Item | null)[] = data.map(() => null);
  for (const entry of data) {
    const { index, embedding, ...rest } = asObject(entry);
    const vector = lifted.take(embedding);
    // Some servers put them in another order. Where an index is wrong, or is there twice, a place stays empty.
    if (vector !== null) items[Number(index)] = { vector, rest };
  }
  return partsOf(lifted, envelope, items, SPENT);
}

function write({ envelope, items }: Parts): string {
  const data = items.map(({ vector, rest }, index) =>
    withMember({ ...rest, index }, "embedding", vector)
  );
  return withMember(envelope, "data", `[${data.join()}]`);
}
