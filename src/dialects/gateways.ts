/**
 * What gateways take in the body of a request, whatever its format: the provider's own credentials, which
 * LiteLLM's proxy, Vercel's AI gateway and others hand on.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";

/** Members of the body, and of the models in it. */
export const gatewayCredentials: readonly string[] = [
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

/** Headers that are handed on; others among them may change the answer. */
const headers: Shape = {
  ordered: true,
  secret: ["authorization", "Authorization", "api-key", "x-api-key", "X-Api-Key", "cookie"],
};

const model: Shape = { ordered: true, secret: gatewayCredentials };

const members: Readonly<Record<string, Shape>> = {
  extra_headers: headers,
  fallbacks: { items: model },
  user_config: {
    ordered: true,
    members: { model_list: { items: { ordered: true, members: { litellm_params: model } } } },
  },
  providerOptions: { ordered: true, members: { gateway: { ordered: true, secret: ["byok"] } } },
};

/** The shape of a request body that may go through a gateway. */
export function throughGateways(shape: Shape): Shape {
  return {
    ...shape,
    secret: [...gatewayCredentials, ...(shape.secret ?? [])],
    members: { ...members, ...shape.members },
  };
}
