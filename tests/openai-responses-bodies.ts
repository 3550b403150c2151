/** Random bodies of OpenAI responses: every object the API defines, and many it does not. */

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

const flat = some({ type: words, mode: words, value: numbers });

const part = fc.oneof(
  kind(["input_text", "input_image", "input_file"], {
    text: words,
    file_id: words,
    prompt_cache_breakpoint: flat,
    annotations: list(flat),
  }),
  kind(["output_text"], {
    text: words,
    annotations: list(flat),
    logprobs: list(some({ token: words, top_logprobs: list(flat) })),
  }),
  some({ type: words, text: words, annotations: list(flat), call_id: ids }),
  words,
);
const message = some({ role: words, content: fc.oneof(words, list(part), schema), call_id: ids });
const caller = some({ type: words, caller_id: ids });
const call = kind(
  [
    "function_call",
    "custom_tool_call",
    "tool_search_call",
    "program",
    "computer_call",
    "shell_call",
    "local_shell_call",
    "apply_patch_call",
  ],
  {
    id: words,
    call_id: ids,
    name: words,
    arguments: fc.oneof(words, schema),
    input: words,
    caller,
    action: fc.oneof(flat, some({ type: words, env: schema })),
    actions: list(flat),
    operation: flat,
    environment: flat,
    pending_safety_checks: list(flat),
  },
);

const network = some({
  type: words,
  network_policy: some({
    type: words,
    domain_secrets: list(some({ domain: words, name: words, value: words })),
  }),
});
const tool = some({
  type: words,
  name: words,
  parameters: schema,
  strict: leaf,
  format: flat,
  filters: schema,
  user_location: flat,
  ranking_options: some({ ranker: words, hybrid_search: flat }),
  container: fc.oneof(words, network),
  environment: network,
  tools: list(some({ name: words, parameters: schema, format: flat, headers: schema })),
  allowed_tools: schema,
  authorization: words,
  authorization_token: words,
  headers: schema,
  extra_headers: schema,
});

const output = kind(
  [
    "function_call_output",
    "custom_tool_call_output",
    "tool_search_output",
    "program_output",
    "computer_call_output",
    "shell_call_output",
    "local_shell_call_output",
    "apply_patch_call_output",
  ],
  {
    id: ids,
    call_id: ids,
    caller,
    output: fc.oneof(words, flat, list(part), list(some({ stdout: words, outcome: flat }))),
    acknowledged_safety_checks: list(flat),
    tools: list(tool, 1),
  },
);
const other = some({
  type: fc.constantFrom("item_reference", "web_search_call", "mcp_call", "news", "", "constructor"),
  id: ids,
  call_id: ids,
  action: schema,
  content: list(part),
  output: schema,
});

const item: fc.Arbitrary<Json> = fc.oneof(
  { weight: 2, arbitrary: message },
  kind(["message"], { role: words, id: words, content: list(part), status: words }),
  kind(["reasoning"], { id: words, summary: list(flat), content: list(flat), call_id: ids }),
  { weight: 4, arbitrary: call },
  { weight: 4, arbitrary: output },
  kind(["additional_tools"], { role: words, tools: list(tool, 1) }),
  other,
  words,
);

const optional: Members = {
  instructions: words,
  max_output_tokens: numbers,
  temperature: numbers,
  previous_response_id: words,
  include: list(words),
  tools: list(tool),
  tool_choice: fc.oneof(words, some({ type: words, mode: words, tools: list(flat) })),
  text: some({ verbosity: words, format: some({ type: words, name: words, schema }) }),
  reasoning: some({ effort: words, summary: words }),
  prompt: some({ id: words, version: words, variables: schema }),
  stream_options: some({ include_usage: leaf, include_obfuscation: leaf }),
  context_management: list(flat),
  prompt_cache_options: flat,
  moderation: schema,
  store: fc.oneof(fc.boolean(), leaf),
  stream: fc.boolean(),
  user: words,
  safety_identifier: words,
  metadata: schema,
  prompt_cache_key: words,
  vendor: unknown,
};

/** Bodies as `JSON.parse` gives them. */
export const bodies: fc.Arbitrary<{ [member: string]: Json }> = bodiesOf(
  {
    model: words,
    input: fc.oneof({ weight: 1, arbitrary: words }, {
      weight: 6,
      arbitrary: fc.array(item, { maxLength: 6 }),
    }),
  },
  optional,
);
