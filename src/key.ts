/**
 * What counts as the same request: one versioned document, and its hash.
 *
 * @module
 */

import { canonical } from "./canonical.ts";
import type { Dialect, JsonObject } from "./dialect.ts";
import type { Hash } from "./host.ts";
import { mayHoldSecret } from "./secrets.ts";
import type { TargetKey } from "./target.ts";

export { redacted } from "./secrets.ts";

/** The version of the document: under another one every request is a clean miss. */
export const KEY_VERSION = 1;

/** All that counts. */
export interface Identified {
  readonly dialect: Pick<Dialect, "name" | "shape">;
  /** Where the request goes; a name where there is no URL. */
  readonly target: string | TargetKey;
  readonly namespace: string;
  readonly sample: number;
  /** The headers that count, as {@linkcode identityHeaders} gives them. */
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

/**
 * Identifies a request.
 *
 * @returns its identity; a `bypass` where it may hold a credential that cannot be taken out.
 */
export function identify(request: Identified, hash: Hash): Identity | { readonly bypass: string } {
  const { dialect: { name, shape }, target, namespace, sample, text } = request;
  const body = canonicalBody(request);
  if (body === null && mayHoldSecret(shape, text)) return { bypass: "credential-in-raw-body" };
  const rest = { v: KEY_VERSION, api: name, target, namespace, sample, headers: request.headers };
  const member = body === null ? `"raw":${JSON.stringify(text)}` : `"body":${body}`;
  const document = `${JSON.stringify(rest).slice(0, -1)},${member}}`;
  return { key: hash(document), document };
}

function canonicalBody({ text, body, dialect }: Identified): string | null {
  try {
    return canonical(text, body, dialect.shape);
  } catch (error) {
    // `JSON.parse` reads deeper nesting than `JSON.stringify` can write.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const COUNTED_HEADERS = ["anthropic-version", "anthropic-beta", "openai-beta"];

/**
 * The request headers that count, under their names in lower case.
 *
 * @param headers the headers of the request; all others are no part of the identity.
 */
export function identityHeaders(headers: Headers): Record<string, string> {
  const counted: Record<string, string> = {};
  for (const name of COUNTED_HEADERS) {
    const value = headers.get(name);
    if (value !== null) counted[name] = name === "anthropic-beta" ? asSet(value) : value;
  }
  return counted;
}

function asSet(list: string): string {
  const names = list.split(",").map((name) => name.trim()).filter((name) => name !== "");
  return [...new Set(names)].sort().join();
}
