/**
 * Batches of Gemini's embedContent, which asks for one, and batchEmbedContents.
 *
 * @module
 */

import type { Batch, Batching, Parts, VectorsAsked } from "../batch/batch.ts";
import type { JsonObject } from "../dialect.ts";
import { asObject, firstWords, isObject } from "./reading.ts";
import { lift, partsOf, withMember } from "./vectors.ts";

const SPENT = ["usageMetadata"];

/** How Gemini asks for several vectors. */
export const geminiEmbedBatch: Batching = { split, read, write, spent: SPENT };

/** The requests in a body: it is one itself, or has a list of them. */
export function requestsOf(body: JsonObject): readonly JsonObject[] | null {
  const { requests = [body] } = body;
  return Array.isArray(requests) && requests.length > 0 && requests.every(isObject)
    ? requests
    : null;
}

/** The objects with vectors in an answer. */
export function listOf({ embedding, embeddings }: JsonObject): readonly unknown[] | null {
  if (Array.isArray(embeddings)) return embeddings;
  return isObject(embedding) ? [embedding] : null;
}

/** The first words of what a vector is asked for. */
export function wordsOf({ content }: JsonObject): string {
  return firstWords([{ role: "user", content: asObject(content).parts }]);
}

function split(body: JsonObject, { model: inPath }: VectorsAsked): Batch | null {
  const requests = requestsOf(body);
  const isList = body.requests !== undefined;
  if (!requests || (isList && Object.keys(body).length > 1)) return null;
  // Each may name the model again, and it is the one in the path.
  if (!requests.every(({ model = inPath }) => String(model).split("/").at(-1) === inPath)) {
    return null;
  }
  return {
    items: requests.map(({ model: _, ...request }) => request),
    words: (place) => wordsOf(requests[place]!),
    pick: (places) => ({ requests: places.map((place) => requests[place]) }),
    write: isList ? write : writeOne,
  };
}

function read(text: string): Parts | null {
  const lifted = lift(text);
  const { embedding: _, embeddings: __, ...envelope } = lifted?.answer ?? {};
  const list = lifted && listOf(lifted.answer);
  if (!lifted || !list) return null;
  const items = list.map((entry) => {
    const { values, ...rest } = asObject(entry);
    const vector = lifted.take(values);
    return vector === null ? null : { vector, rest };
  });
  return partsOf(lifted, envelope, items, SPENT);
}

function textsOf({ items }: Parts): string[] {
  return items.map(({ vector, rest }) => withMember(rest, "values", vector));
}

function write(parts: Parts): string {
  return withMember(parts.envelope, "embeddings", `[${textsOf(parts).join()}]`);
}

function writeOne(parts: Parts): string {
  return withMember(parts.envelope, "embedding", textsOf(parts)[0]!);
}
