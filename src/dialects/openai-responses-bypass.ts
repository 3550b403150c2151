/**
 * Requests of OpenAI responses whose answer depends on what the provider keeps, or changes it.
 *
 * @module
 */

import type { JsonObject } from "../dialect.ts";
import { asObject } from "./reading.ts";

/** Tells why a request cannot be cached; `undefined` if it can. */
export function bypassOf(body: JsonObject): string | undefined {
  const { conversation, background } = body;
  if (conversation !== undefined && conversation !== null) return "conversation";
  if (background !== undefined && background !== null && background !== false) return "background";
  const items = listOf(body.input);
  if (items.some(({ type }) => String(type).startsWith("mcp_approval_"))) return "mcp-approval";
  // Tools can be brought in by items too.
  const tools = [body, ...items].flatMap(({ tools }) => listOf(tools));
  if (tools.some(hasContainer)) return "container";
  return tools.some(asksApproval) ? "mcp-approval" : undefined;
}

/** Also `auto` takes a container that is there already, if an earlier answer made one. */
function hasContainer({ type, container, environment }: JsonObject): boolean {
  if (type === "code_interpreter") return true;
  const { type: place } = asObject(environment);
  return Boolean(container) || String(place).startsWith("container");
}

/** Who does not say is asked always. */
function asksApproval({ type, require_approval: approval }: JsonObject): boolean {
  return type === "mcp" && approval !== "never";
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}
