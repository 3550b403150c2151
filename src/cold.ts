/**
 * The cold part of an entry: what is read only when someone asks for it.
 *
 * @module
 */

import type { TargetKey } from "./target.ts";

/** The request, what its identity was made of besides, and how the answer came. */
export interface Cold {
  /** The request as it was sent, credentials aside; `body` is JSON text. */
  readonly request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
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
  const shown = survives(body) ? `"body":${body}` : `"raw":${JSON.stringify(body)}`;
  const request = `"url":${JSON.stringify(url)},"headers":${JSON.stringify(headers)},${shown}`;
  const rest = `"identity":${JSON.stringify(identity)},"chunks":${JSON.stringify(chunks)}`;
  return `\n{"request":{${request}},${rest}}\n`;
}

/** Reads it; `null` where that cannot be done. */
export function readCold(text: string): Cold | null {
  try {
    const { request, identity, chunks } = JSON.parse(text);
    const body = request.raw ?? JSON.stringify(request.body);
    const { url, headers } = request;
    return { request: { url, headers, body }, identity, chunks };
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
