/** Random bodies of the formats that ask for vectors. */

import fc from "fast-check";
import { all, bodiesOf, leaf, list, numbers, schema, some, unknown, words } from "./bodies.ts";

const tokens = list(fc.nat(100_000), 3);

/** Bodies of OpenAI embeddings, as `JSON.parse` gives them. */
export const openaiBodies = bodiesOf({
  model: words,
  input: fc.oneof(words, list(words, 3), tokens, list(tokens, 3), list(schema), unknown),
}, {
  dimensions: numbers,
  encoding_format: fc.constantFrom("float", "base64", null),
  user: words,
  input_type: words,
  truncate: words,
  output_dtype: words,
  late_chunking: fc.boolean(),
  extra_body: schema,
  api_key: words,
  aws_secret_access_key: words,
  vendor: unknown,
});

/** Bodies of Ollama's `/api/embed`. */
export const ollamaBodies = bodiesOf({
  model: words,
  input: fc.oneof(words, list(words, 3), unknown),
}, {
  truncate: leaf,
  dimensions: numbers,
  options: some({ temperature: numbers, num_ctx: numbers, stop: list(words), mirostat: schema }),
  keep_alive: fc.oneof(words, numbers),
  user: words,
  vendor: unknown,
});

const part = fc.oneof(
  all({ text: words }),
  some({ inlineData: some({ mimeType: words, data: words }), fileData: some({ fileUri: words }) }),
  some({ functionCall: schema, text: words }),
);
const content = fc.oneof(some({ role: words, parts: list(part, 3) }), unknown);
const config = some({ taskType: words, title: words, outputDimensionality: numbers, more: schema });
const optional = {
  taskType: words,
  title: words,
  outputDimensionality: numbers,
  embedContentConfig: config,
  model: words,
  vendor: unknown,
};
const requests = list(some({ ...optional, content }), 3);

/** Bodies of Gemini's embedContent and batchEmbedContents. */
export const geminiBodies = fc.oneof(
  bodiesOf({ content }, optional),
  bodiesOf({ requests }, { vendor: unknown }),
);
