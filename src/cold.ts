/**
 * The cold part of an entry: what is read only when someone asks for it.
 *
 * @module
 */

import type { TargetKey } from "./identity/target.ts";

/** The request, what its identity was made of besides, and how the answer came. */
export interface Cold {
  /** The request as it was sent, credentials aside. */
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** JSON text; not there where `storeRequest` was `false`. */
    readonly body?: string;
  };
  /** What of the key document is neither in the request nor in line 1. */
  readonly identity: {
    /** The version of the document. */
    readonly v: number;
    /** Where the request went, as it counted; values that may not be shown are `"[redacted]"`. */
    readonly target: string | TargetKey;
  };
  /** For each chunk the milliseconds since the call went out, and its size in bytes. */
  readonly chunks: readonly (readonly [number, number])[];
}

/** Writes it. A body that survives JSON lies there as JSON, for people; any other as a string. */
export function formatCold({ request: { url, headers, body }, identity, chunks }: Cold): string {
  const shown = body === undefined ? "" : `,${formatBody(body)}`;
  const request = `"url":${JSON.stringify(url)},"headers":${JSON.stringify(headers)}${shown}`;
  const rest = `"identity":${JSON.stringify(identity)},"chunks":${JSON.stringify(chunks)}`;
  return `\n{"request":{${request}},${rest}}\n`;
}

function formatBody(body: string): string {
  return survives(body) ? `"body":${body}` : `"raw":${JSON.stringify(body)}`;
}

/** Reads it; `null` where that cannot be done. */
export function readCold(text: string): Cold | null {
  try {
    const { request, identity, chunks } = JSON.parse(text);
    const { url, headers, body, raw = body === undefined ? body : JSON.stringify(body) } = request;
    const shown = raw === undefined ? {} : { body: raw };
    return { request: { url, headers, ...shown }, identity, chunks };
  } catch {
    return null;
  }
}

function survives(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}
