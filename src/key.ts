/**
 * What counts as the same request: one versioned document, and its hash.
 *
 * @module
 */

import { canonical } from "./identity/canonical.ts";
import type { Dialect, JsonObject, Shape } from "./dialect.ts";
import { edited, type Hooks, normalized, type Unidentified } from "./identity/hooks.ts";
import type { Hash } from "./host.ts";
import { mayHoldSecret, redacted } from "./identity/secrets.ts";
import type { TargetKey } from "./identity/target.ts";

/** The version of the document: under another one every request is a clean miss. */
export const KEY_VERSION = 1;

/** All that counts. */
export interface Identified {
  readonly dialect: Pick<Dialect, "name" | "shape">;
  /** Where the request goes; a name where there is no URL. */
  readonly target: string | TargetKey;
  readonly namespace: string;
  readonly sample: number;
  /** The headers that count, as {@linkcode countedHeaders} gives them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent. */
  readonly text: string;
  /** `JSON.parse(text)`. */
  readonly body: JsonObject;
}

/** A request's identity. */
export interface Identity {
  /** All 64 hexadecimal digits of the document's SHA-256. */
  readonly key: string;
  /** The document as JSON text. */
  readonly document: string;
}

const NO_HOOKS: Hooks = { ignore: [] };

/**
 * Identifies a request.
 *
 * @param hooks what the user changes in its identity.
 * @returns its identity; a `bypass` where it may hold a credential that cannot be taken out, or where
 *   a hook fails.
 */
export function identify(
  request: Identified,
  hash: Hash,
  hooks: Hooks = NO_HOOKS,
): Identity | Unidentified {
  const { dialect: { name, shape }, target, namespace, sample, text } = request;
  let member = bodyMember(text, request.body, shape, hash);
  const isRaw = member.startsWith(RAW);
  if (isRaw && mayHoldSecret(shape, text)) return { bypass: "credential-in-raw-body" };
  if (hooks.normalize) {
    const stands = normalized(hooks, redacted(shape, text, request.body));
    if (typeof stands !== "string") return stands;
    member = bodyMember(stands, parsed(stands), shape, hash);
  }
  const rest = { v: KEY_VERSION, api: name, target, namespace, sample, headers: request.headers };
  const document = edited(hooks, `${JSON.stringify(rest).slice(0, -1)},${member}}`);
  return typeof document === "string" ? { key: hash(document), document } : document;
}

const RAW = '"raw":';

/** The member of the document that the body is: as JSON where that keeps it unchanged. */
function bodyMember(
  text: string,
  body: JsonObject | undefined,
  ...how: [shape: Shape, hash: Hash]
): string {
  const counts = body === undefined ? null : canonicalBody(text, body, ...how);
  return counts === null ? RAW + JSON.stringify(text) : `"body":${counts}`;
}

function canonicalBody(...body: Parameters<typeof canonical>): string | null {
  try {
    return canonical(...body);
  } catch (error) {
    // `JSON.parse` reads deeper nesting than `JSON.stringify` can write.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
