/**
 * A recorded answer of OpenAI embeddings, in the encoding that is asked for.
 *
 * @module
 */

import type { Item, VectorsAsked, VectorsRecorded } from "../batch/batch.ts";
import { toBase64, toList } from "./floats.ts";
import { openaiEmbeddingsBatch } from "./openai-embeddings-batch.ts";

/** What was recorded under the same encoding is served as it is, whatever the server made of it. */
export function fitEncoding(
  answer: Uint8Array,
  { encoding: recorded = "float" }: VectorsRecorded,
  { encoding, converts }: VectorsAsked,
): Uint8Array | null {
  if (recorded === encoding) return answer;
  const parts = converts ? openaiEmbeddingsBatch.read(new TextDecoder().decode(answer)) : null;
  if (!parts) return null;
  const items = parts.items.map((item) => recoded(item, encoding === "base64"));
  if (items.includes(null)) return null;
  const text = openaiEmbeddingsBatch.write({ ...parts, items: items as Item[] });
  return new TextEncoder().encode(text);
}

/** Some servers know lists only, whatever they are asked for. */
function recoded({ vector, rest }: Item, toText: boolean): Item | null {
  const isText = vector.startsWith('"');
  const other = isText === toText ? vector : toText ? toBase64(vector) : toList(vector);
  return other === null ? null : { vector: other, rest };
}
