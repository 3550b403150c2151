/** Random bodies of Ollama: every object the API defines, and many it does not. */

import fc from "fast-check";
import {
  bodiesOf,
  ids,
  leaf,
  list,
  type Members,
  numbers,
  schema,
  some,
  unknown,
  words,
} from "./bodies.ts";
import type { Json } from "./paths.ts";

const call = some({
  id: ids,
  type: words,
  function: some({ index: numbers, name: words, arguments: schema }),
});
const message = some({
  role: words,
  content: fc.oneof(words, schema),
  thinking: words,
  images: list(words),
  tool_calls: list(call),
  tool_call_id: ids,
  tool_name: words,
});
const tool = some({
  type: words,
  function: some({ name: words, description: words, parameters: schema }),
  items: schema,
});

const optional: Members = {
  prompt: words,
  suffix: words,
  system: words,
  template: words,
  context: list(numbers),
  raw: fc.boolean(),
  images: list(words),
  tools: list(tool),
  format: fc.oneof(words, schema),
  options: some({ num_ctx: numbers, num_predict: numbers, stop: list(words), seed: numbers }),
  think: leaf,
  logprobs: fc.boolean(),
  truncate: fc.boolean(),
  stream: fc.boolean(),
  keep_alive: fc.oneof(words, numbers),
  vendor: unknown,
};

/** Bodies as `JSON.parse` gives them, of both endpoints in one. */
export const bodies: fc.Arbitrary<{ [member: string]: Json }> = bodiesOf(
  { model: words, messages: fc.array(message, { maxLength: 4 }) },
  optional,
);
