/** Where gateways take credentials in a body, listed here once more and by hand. */

const names = [
  "api_key",
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "azure_ad_token",
  "azure_password",
  "client_secret",
  "vertex_credentials",
  "customer_credentials",
];

/** In every format that gateways speak. */
export const gatewaySecrets: readonly string[] = [
  ...names,
  ...names.map((name) => `fallbacks.*.${name}`),
  ...names.map((name) => `user_config.model_list.*.litellm_params.${name}`),
  "extra_headers.authorization",
  "extra_headers.Authorization",
  "extra_headers.api-key",
  "extra_headers.x-api-key",
  "extra_headers.X-Api-Key",
  "extra_headers.cookie",
  "providerOptions.gateway.byok",
];
