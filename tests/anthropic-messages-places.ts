/**
 * Places in a body of Anthropic messages, listed here once more and by hand: what the tests hold
 * the dialect's shape against.
 */

import { gatewaySecrets } from "./gateway-places.ts";
import { type Places, readingOf } from "./paths.ts";

const BLOCK = "messages.*.content.*";
const CALLS = "@tool_use|server_tool_use|mcp_tool_use";
const RESULTS = "@tool_result|mcp_tool_result";
const SERVER_RESULTS = "@web_search_tool_result|web_fetch_tool_result|code_execution_tool_result|" +
  "bash_code_execution_tool_result|text_editor_code_execution_tool_result|" +
  "tool_search_tool_result|advisor_tool_result";

/** The objects in a list of texts and images. */
const plain = (list: string): string[] => [
  `${list}.*`,
  `${list}.*@text|image.cache_control`,
  `${list}.*@text.citations.*`,
  `${list}.*@image.source`,
  `${list}.*@image.transformations`,
];

/** The objects in a list of everything that a user can show. */
const shown = (list: string): string[] => [
  ...plain(list),
  `${list}.*@document|search_result.cache_control`,
  `${list}.*@document|search_result.citations`,
  `${list}.*@document.source`,
  ...plain(`${list}.*@document.source.content`),
  ...plain(`${list}.*@search_result.content`),
];

const tool = (place: string): string[] => [
  place,
  `${place}.cache_control`,
  `${place}.caching`,
  `${place}.citations`,
  `${place}.default_config`,
  `${place}.user_location`,
];

const secretsOf = (place: string): string[] =>
  ["authorization", "authorization_token", "headers", "extra_headers"].map((name) =>
    `${place}.${name}`
  );

const CHANGED_TOOL = `${BLOCK}@tool_addition|tool_removal.tool`;

/** All of them. */
export const places: Places = {
  defined: [
    "",
    "messages.*",
    "messages.*.output_config",
    ...shown("messages.*.content"),
    `${BLOCK}${CALLS}.cache_control`,
    `${BLOCK}${CALLS}.caller`,
    `${BLOCK}${RESULTS}.cache_control`,
    ...shown(`${BLOCK}${RESULTS}.content`),
    `${BLOCK}${RESULTS}.content.*@tool_reference.cache_control`,
    `${BLOCK}${SERVER_RESULTS}.cache_control`,
    `${BLOCK}${SERVER_RESULTS}.caller`,
    `${BLOCK}${SERVER_RESULTS}.content`,
    `${BLOCK}${SERVER_RESULTS}.content.*`,
    `${BLOCK}${SERVER_RESULTS}.content.content.*`,
    `${BLOCK}${SERVER_RESULTS}.content.tool_references.*`,
    `${BLOCK}@tool_addition|tool_removal.cache_control`,
    CHANGED_TOOL,
    ...tool(`${CHANGED_TOOL}.definition`),
    ...plain("system"),
    ...tool("tools.*"),
    "tool_choice",
    "thinking",
    "thinking.block_binding",
    "cache_control",
    "output_config",
    "output_config.format",
    "output_config.task_budget",
    "output_format",
    "context_management",
    "context_management.edits.*",
    "context_management.edits.*.clear_at_least",
    "context_management.edits.*.keep",
    "context_management.edits.*.trigger",
    "mcp_servers.*",
    "mcp_servers.*.tool_configuration",
  ],
  leftOut: ["stream", "metadata"],
  secret: [
    ...gatewaySecrets,
    ...secretsOf("tools.*"),
    ...secretsOf("mcp_servers.*"),
    ...secretsOf(`${CHANGED_TOOL}.definition`),
  ],
  calls: [`${BLOCK}${CALLS}.id`],
  results: [
    `${BLOCK}${RESULTS}.tool_use_id`,
    `${BLOCK}${SERVER_RESULTS}.tool_use_id`,
    `${BLOCK}${CALLS}.caller.tool_id`,
    `${BLOCK}${SERVER_RESULTS}.caller.tool_id`,
  ],
};

export const { spots, meaning } = readingOf(places);
