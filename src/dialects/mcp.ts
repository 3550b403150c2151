/**
 * Where requests carry the credentials of remote MCP servers.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";

/** The URL of a server, in whose query many take a key. */
const serverUrl: Shape = { url: true };

/**
 * In the object that names the server. OpenAI's responses and Anthropic's messages have the first three
 * of the credentials; LiteLLM and other gateways take all of them in every dialect.
 */
export const mcpServer: Shape = {
  secret: ["authorization", "authorization_token", "headers", "extra_headers"],
  members: { server_url: serverUrl, url: serverUrl },
};
