/**
 * Places in a chat completions body, listed here once more and by hand: what the tests hold the
 * dialect's shape against.
 */

import { gatewaySecrets } from "./gateway-places.ts";
import { type Places, readingOf } from "./paths.ts";

/** The objects the API defines, `*` standing for an index. */
const defined = [
  "",
  "messages.*",
  "messages.*.content.*",
  "messages.*.content.*.image_url",
  "messages.*.content.*.input_audio",
  "messages.*.content.*.file",
  "messages.*.tool_calls.*",
  "messages.*.tool_calls.*.function",
  "messages.*.tool_calls.*.custom",
  "messages.*.function_call",
  "messages.*.audio",
  "tools.*",
  "tools.*.function",
  "tools.*.custom",
  "tools.*.custom.format",
  "tools.*.custom.format.grammar",
  "tool_choice",
  "tool_choice.function",
  "tool_choice.custom",
  "tool_choice.allowed_tools",
  "tool_choice.allowed_tools.tools.*",
  "tool_choice.allowed_tools.tools.*.function",
  "tool_choice.allowed_tools.tools.*.custom",
  "response_format",
  "response_format.json_schema",
  "stream_options",
  "prediction",
  "prediction.content.*",
  "web_search_options",
  "web_search_options.user_location",
  "web_search_options.user_location.approximate",
  "audio",
  "functions.*",
  "function_call",
];

/** What is no part of the identity, and everything below it. */
const leftOut = [
  "stream",
  "user",
  "safety_identifier",
  "metadata",
  "store",
  "prompt_cache_key",
  "stream_options.include_usage",
  "stream_options.include_obfuscation",
];

/** What carries credentials. */
const secret = [
  ...gatewaySecrets,
  "tools.*.authorization",
  "tools.*.authorization_token",
  "tools.*.headers",
  "tools.*.extra_headers",
  "tools.*.mcp.authorization",
  "tools.*.mcp.authorization_token",
  "tools.*.mcp.headers",
  "tools.*.mcp.extra_headers",
  "data_sources.*.parameters.authentication",
  "data_sources.*.parameters.embedding_dependency.authentication",
  "dataSources.*.parameters.authentication",
  "dataSources.*.parameters.key",
  "dataSources.*.parameters.embeddingKey",
  "dataSources.*.parameters.embeddingDependency.authentication",
];

/** All of them. */
export const places: Places = {
  defined,
  leftOut,
  secret,
  calls: ["messages.*.tool_calls.*.id"],
  results: ["messages.*.tool_call_id"],
  optional: ["stream_options"],
};

export const { spots, meaning } = readingOf(places);
