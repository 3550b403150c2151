/**
 * The objects OpenAI responses define, and what in them is no part of the identity.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";
import { throughGateways } from "./gateways.ts";
import { mcpServer } from "./mcp.ts";

/** An object whose members are all values as they stand. JSON Schemas in them keep their order. */
const FLAT: Shape = {};
const FLATS: Shape = { items: FLAT };

const given: Shape = { members: { prompt_cache_breakpoint: FLAT } };
const part: Shape = {
  variants: {
    input_text: given,
    input_image: given,
    input_file: given,
    output_text: {
      members: { annotations: FLATS, logprobs: { items: { members: { top_logprobs: FLATS } } } },
    },
  },
};
const message: Shape = { members: { content: { items: part } } };

/** What calls a tool: the model, or a program it wrote, which is a call too. */
const caller: Shape = { members: { caller_id: { callId: "result" } } };
const callOf = (members: Readonly<Record<string, Shape>>): Shape => ({
  members: { call_id: { callId: "call" }, caller, ...members },
});
const outputOf = (members: Readonly<Record<string, Shape>>): Shape => ({
  members: { call_id: { callId: "result" }, caller, ...members },
});

/** Credentials for the network of a container. */
const network: Shape = {
  members: { network_policy: { members: { domain_secrets: { items: { secret: ["value"] } } } } },
};
const tool: Shape = {
  ...mcpServer,
  members: {
    ...mcpServer.members,
    format: FLAT,
    user_location: FLAT,
    ranking_options: { members: { hybrid_search: FLAT } },
    container: network,
    environment: network,
    tools: { items: { members: { format: FLAT } } },
  },
};
const tools: Shape = { items: tool };

/** Items of other kinds hold no object, or none that matters. */
const item: Shape = {
  variants: {
    "": message,
    message,
    reasoning: { members: { summary: FLATS, content: FLATS } },
    function_call: callOf({}),
    custom_tool_call: callOf({}),
    tool_search_call: callOf({}),
    program: callOf({}),
    computer_call: callOf({ action: FLAT, actions: FLATS, pending_safety_checks: FLATS }),
    shell_call: callOf({ action: FLAT, environment: FLAT }),
    local_shell_call: callOf({ action: FLAT }),
    apply_patch_call: callOf({ operation: FLAT }),
    function_call_output: outputOf({ output: { items: part } }),
    custom_tool_call_output: outputOf({ output: { items: part } }),
    tool_search_output: outputOf({ tools }),
    program_output: outputOf({}),
    computer_call_output: outputOf({ output: FLAT, acknowledged_safety_checks: FLATS }),
    shell_call_output: outputOf({ output: { items: { members: { outcome: FLAT } } } }),
    local_shell_call_output: outputOf({}),
    apply_patch_call_output: outputOf({}),
    additional_tools: { members: { tools } },
  },
};

/** The shape of a request body. */
export const openaiResponsesShape: Shape = throughGateways({
  omit: ["stream", "user", "safety_identifier", "metadata", "prompt_cache_key"],
  // A response that was not stored cannot be gone on from.
  defaults: { store: true },
  members: {
    input: { items: item },
    tools,
    tool_choice: { members: { tools: FLATS } },
    text: { members: { format: FLAT } },
    reasoning: FLAT,
    prompt: FLAT,
    stream_options: { omit: ["include_usage", "include_obfuscation"], optional: true },
    context_management: FLATS,
    prompt_cache_options: FLAT,
  },
});
