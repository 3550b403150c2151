/**
 * Where requests carry the credentials of remote MCP servers.
 *
 * @module
 */

/**
 * OpenAI's responses and Anthropic's messages have the first three in the object that names the server;
 * LiteLLM and other gateways take all of them in every dialect.
 */
export const mcpCredentials: readonly string[] = [
  "authorization",
  "authorization_token",
  "headers",
  "extra_headers",
];
