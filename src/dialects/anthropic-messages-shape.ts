/**
 * The objects Anthropic messages define, and what in them is no part of the identity.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";
import { throughGateways } from "./gateways.ts";
import { mcpServer } from "./mcp.ts";

/** An object whose members are all values as they stand. JSON Schemas in them keep their order. */
const FLAT: Shape = {};
const FLATS: Shape = { items: FLAT };

const text: Shape = { members: { cache_control: FLAT, citations: FLATS } };
const image: Shape = { members: { cache_control: FLAT, source: FLAT, transformations: FLAT } };
const plain: Shape = { items: { variants: { text, image } } };
const document: Shape = {
  members: { cache_control: FLAT, citations: FLAT, source: { members: { content: plain } } },
};
const searchResult: Shape = {
  members: { cache_control: FLAT, citations: FLAT, content: plain },
};

/** What calls a tool: the model, or a program it wrote, which is a call too. */
const caller: Shape = { members: { tool_id: { callId: "result" } } };
const call: Shape = { members: { id: { callId: "call" }, cache_control: FLAT, caller } };

const result: Shape = {
  members: {
    tool_use_id: { callId: "result" },
    cache_control: FLAT,
    content: {
      items: {
        variants: {
          text,
          image,
          document,
          search_result: searchResult,
          tool_reference: { members: { cache_control: FLAT } },
        },
      },
    },
  },
};

/** What Anthropic's own tools gave: one object, or a list of finds. */
const serverResult: Shape = {
  members: {
    tool_use_id: { callId: "result" },
    cache_control: FLAT,
    caller,
    content: { items: FLAT, members: { content: FLATS, tool_references: FLATS } },
  },
};

const tool: Shape = {
  ...mcpServer,
  members: {
    ...mcpServer.members,
    cache_control: FLAT,
    caching: FLAT,
    citations: FLAT,
    default_config: FLAT,
    user_location: FLAT,
  },
};

const toolChange: Shape = {
  members: { cache_control: FLAT, tool: { members: { definition: tool } } },
};

/** Blocks of other kinds hold no object, or none that matters. */
const block: Shape = {
  variants: {
    text,
    image,
    document,
    search_result: searchResult,
    tool_use: call,
    server_tool_use: call,
    mcp_tool_use: call,
    tool_result: result,
    mcp_tool_result: result,
    web_search_tool_result: serverResult,
    web_fetch_tool_result: serverResult,
    code_execution_tool_result: serverResult,
    bash_code_execution_tool_result: serverResult,
    text_editor_code_execution_tool_result: serverResult,
    tool_search_tool_result: serverResult,
    advisor_tool_result: serverResult,
    tool_addition: toolChange,
    tool_removal: toolChange,
  },
};

const edit: Shape = { members: { clear_at_least: FLAT, keep: FLAT, trigger: FLAT } };

/** The shape of a request body. */
export const anthropicMessagesShape: Shape = throughGateways({
  omit: ["stream", "metadata"],
  members: {
    messages: { items: { members: { content: { items: block }, output_config: FLAT } } },
    system: plain,
    tools: { items: tool },
    tool_choice: FLAT,
    thinking: { members: { block_binding: FLAT } },
    cache_control: FLAT,
    output_config: { members: { format: FLAT, task_budget: FLAT } },
    output_format: FLAT,
    context_management: { members: { edits: { items: edit } } },
    mcp_servers: {
      items: { ...mcpServer, members: { ...mcpServer.members, tool_configuration: FLAT } },
    },
  },
});
