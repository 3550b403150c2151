/** Random bodies of Anthropic messages: every object the API defines, and many it does not. */

import fc from "fast-check";
import {
  bodiesOf,
  ids,
  kind,
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

const flat = some({ type: words, ttl: words, value: numbers });
const text = kind(["text"], {
  text: words,
  cache_control: flat,
  citations: fc.oneof(list(flat), flat),
  id: ids,
});
const image = kind(["image"], { source: flat, cache_control: flat, transformations: flat });
const plain = fc.oneof(text, image);
const document = kind(["document"], {
  source: some({ type: words, data: words, content: fc.oneof(words, list(plain)) }),
  cache_control: flat,
  citations: flat,
  title: words,
});
const found = kind(["search_result"], {
  source: fc.oneof(words, flat),
  cache_control: flat,
  citations: flat,
  content: list(plain),
});
const reference = kind(["tool_reference"], { tool_name: words, cache_control: flat });

const caller = some({ type: words, tool_id: ids });
const call = kind(["tool_use", "server_tool_use", "mcp_tool_use"], {
  id: ids,
  name: words,
  input: fc.oneof(schema, some({ id: ids, cache_control: flat })),
  cache_control: flat,
  caller,
  source: flat,
});
const result = kind(["tool_result", "mcp_tool_result"], {
  tool_use_id: ids,
  id: ids,
  content: fc.oneof(words, list(fc.oneof(plain, document, found, reference, call))),
  is_error: leaf,
  cache_control: flat,
  caller,
});
const serverResult = kind(
  [
    "web_search_tool_result",
    "web_fetch_tool_result",
    "code_execution_tool_result",
    "bash_code_execution_tool_result",
    "text_editor_code_execution_tool_result",
    "tool_search_tool_result",
    "advisor_tool_result",
  ],
  {
    tool_use_id: ids,
    caller,
    cache_control: flat,
    content: fc.oneof(
      list(flat),
      some({
        type: words,
        content: fc.oneof(list(flat), flat, words),
        tool_references: list(flat),
      }),
    ),
  },
);

const tool = some({
  type: words,
  name: words,
  input_schema: schema,
  cache_control: flat,
  user_location: flat,
  caching: flat,
  citations: flat,
  default_config: flat,
  configs: schema,
  authorization: words,
  authorization_token: words,
  headers: schema,
  extra_headers: schema,
});
const change = kind(["tool_addition", "tool_removal"], {
  tool: some({ type: words, name: words, definition: tool }),
  cache_control: flat,
});
const other = some({
  type: fc.constantFrom(
    "thinking",
    "redacted_thinking",
    "container_upload",
    "news",
    "",
    "constructor",
  ),
  id: ids,
  tool_use_id: ids,
  thinking: words,
  source: schema,
  content: list(plain),
  cache_control: flat,
});

const block = fc.oneof(
  plain,
  document,
  found,
  { weight: 3, arbitrary: call },
  { weight: 2, arbitrary: result },
  serverResult,
  change,
  other,
  words,
);
const message = some({
  role: words,
  content: fc.oneof(words, fc.array(block, { maxLength: 4 }), schema),
  output_config: flat,
});

const optional: Members = {
  max_tokens: numbers,
  temperature: numbers,
  stop_sequences: list(words),
  system: fc.oneof(words, list(plain)),
  tools: list(tool),
  tool_choice: flat,
  thinking: some({ type: words, budget_tokens: numbers, block_binding: flat }),
  cache_control: flat,
  output_config: some({ effort: words, format: some({ type: words, schema }), task_budget: flat }),
  output_format: some({ type: words, schema }),
  context_management: some({
    edits: list(
      some({ type: words, clear_at_least: flat, keep: fc.oneof(words, flat), trigger: flat }),
    ),
  }),
  mcp_servers: list(some({
    name: words,
    url: words,
    authorization_token: fc.oneof(words, schema),
    authorization: words,
    headers: schema,
    extra_headers: schema,
    tool_configuration: flat,
  })),
  stream: fc.boolean(),
  metadata: schema,
  service_tier: words,
  vendor: unknown,
};

/** Bodies as `JSON.parse` gives them. */
export const bodies: fc.Arbitrary<{ [member: string]: Json }> = bodiesOf(
  { model: words, messages: fc.array(message, { maxLength: 4 }) },
  optional,
);
