/**
 * The objects OpenAI chat completions define, and what in them is no part of the identity.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";
import { throughGateways } from "./gateways.ts";
import { mcpServer } from "./mcp.ts";

/** An object whose members are all values as they stand. JSON Schemas in them keep their order. */
const FLAT: Shape = {};

const message: Shape = {
  members: {
    content: { items: { members: { image_url: FLAT, input_audio: FLAT, file: FLAT } } },
    tool_calls: {
      items: { members: { id: { callId: "call" }, function: FLAT, custom: FLAT } },
    },
    tool_call_id: { callId: "result" },
    function_call: FLAT,
    audio: FLAT,
  },
};

/** LiteLLM and other gateways take the credentials in the wrapper, Zhipu in an object `mcp`. */
const tool: Shape = {
  ...mcpServer,
  members: {
    ...mcpServer.members,
    function: FLAT,
    custom: { members: { format: { members: { grammar: FLAT } } } },
    mcp: { ordered: true, ...mcpServer },
  },
};

const toolChoice: Shape = {
  members: {
    function: FLAT,
    custom: FLAT,
    allowed_tools: {
      members: { tools: { items: { members: { function: FLAT, custom: FLAT } } } },
    },
  },
};

/** Azure's "on your data": how the service signs in to a search index, a database, an embedder. */
const azureParameters: Shape = {
  ordered: true,
  secret: ["authentication"],
  members: { embedding_dependency: { ordered: true, secret: ["authentication"] } },
};

/** The same in the API versions of 2023, where a key stood among the other parameters. */
const azureLegacyParameters: Shape = {
  ordered: true,
  secret: ["authentication", "key", "embeddingKey"],
  members: { embeddingDependency: { ordered: true, secret: ["authentication"] } },
};

/** The shape of a request body. */
export const openaiChatShape: Shape = throughGateways({
  omit: ["stream", "user", "safety_identifier", "metadata", "store", "prompt_cache_key"],
  members: {
    messages: { items: message },
    tools: { items: tool },
    tool_choice: toolChoice,
    functions: { items: FLAT },
    function_call: FLAT,
    response_format: { members: { json_schema: FLAT } },
    stream_options: { omit: ["include_usage", "include_obfuscation"], optional: true },
    prediction: { members: { content: { items: FLAT } } },
    web_search_options: { members: { user_location: { members: { approximate: FLAT } } } },
    audio: FLAT,
    data_sources: {
      items: { ordered: true, members: { parameters: azureParameters } },
    },
    dataSources: {
      items: { ordered: true, members: { parameters: azureLegacyParameters } },
    },
  },
});
