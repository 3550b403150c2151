/**
 * Places in a body of OpenAI responses, listed here once more and by hand: what the tests hold the
 * dialect's shape against.
 */

import { gatewaySecrets } from "./gateway-places.ts";
import { type Places, readingOf } from "./paths.ts";

/** The objects in a list of content parts. */
const parts = (list: string): string[] => [
  `${list}.*`,
  `${list}.*@input_text|input_image|input_file.prompt_cache_breakpoint`,
  `${list}.*@output_text.annotations.*`,
  `${list}.*@output_text.logprobs.*`,
  `${list}.*@output_text.logprobs.*.top_logprobs.*`,
];

const CALLS = "input.*@function_call|custom_tool_call|tool_search_call|program|computer_call|" +
  "shell_call|local_shell_call|apply_patch_call";
const OUTPUTS = "input.*@function_call_output|custom_tool_call_output|tool_search_output|" +
  "program_output|computer_call_output|shell_call_output|local_shell_call_output|" +
  "apply_patch_call_output";
const TOOLS = ["tools", "input.*@tool_search_output|additional_tools.tools"];

const tool = (list: string): string[] => [
  `${list}.*`,
  `${list}.*.format`,
  `${list}.*.user_location`,
  `${list}.*.ranking_options`,
  `${list}.*.ranking_options.hybrid_search`,
  `${list}.*.container`,
  `${list}.*.container.network_policy`,
  `${list}.*.container.network_policy.domain_secrets.*`,
  `${list}.*.environment`,
  `${list}.*.environment.network_policy`,
  `${list}.*.environment.network_policy.domain_secrets.*`,
  `${list}.*.tools.*`,
  `${list}.*.tools.*.format`,
];

const secretsOf = (list: string): string[] =>
  [
    "authorization",
    "authorization_token",
    "headers",
    "extra_headers",
    "container.network_policy.domain_secrets.*.value",
    "environment.network_policy.domain_secrets.*.value",
  ].map((name) => `${list}.*.${name}`);

/** All of them. */
export const places: Places = {
  defined: [
    "",
    "input.*",
    ...parts("input.*@|message.content"),
    "input.*@reasoning.summary.*",
    "input.*@reasoning.content.*",
    `${CALLS}.caller`,
    "input.*@computer_call|shell_call|local_shell_call.action",
    "input.*@computer_call.actions.*",
    "input.*@computer_call.pending_safety_checks.*",
    "input.*@shell_call.environment",
    "input.*@apply_patch_call.operation",
    `${OUTPUTS}.caller`,
    ...parts("input.*@function_call_output|custom_tool_call_output.output"),
    "input.*@computer_call_output.output",
    "input.*@computer_call_output.acknowledged_safety_checks.*",
    "input.*@shell_call_output.output.*",
    "input.*@shell_call_output.output.*.outcome",
    ...TOOLS.flatMap(tool),
    "tool_choice",
    "tool_choice.tools.*",
    "text",
    "text.format",
    "reasoning",
    "prompt",
    "stream_options",
    "context_management.*",
    "prompt_cache_options",
  ],
  leftOut: [
    "stream",
    "user",
    "safety_identifier",
    "metadata",
    "prompt_cache_key",
    "stream_options.include_usage",
    "stream_options.include_obfuscation",
  ],
  secret: [...gatewaySecrets, ...TOOLS.flatMap(secretsOf)],
  calls: [`${CALLS}.call_id`],
  results: [`${OUTPUTS}.call_id`, `${CALLS}.caller.caller_id`, `${OUTPUTS}.caller.caller_id`],
  optional: ["stream_options"],
  defaults: { store: true },
};

export const { spots, meaning } = readingOf(places);
