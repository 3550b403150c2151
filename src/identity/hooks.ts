/**
 * What users change in the identity of requests: its text before, the document after.
 *
 * @module
 */

import type { JsonObject } from "../dialect.ts";
import { leaveOut, type Path } from "./ignore.ts";
import { toJson } from "../bytes/json.ts";
import { returned, thrown } from "../own/code.ts";
import type { TargetKey } from "./target.ts";

/** What counts as the same request, as the hook `key` gets it: a copy, to be changed at will. */
export type KeyDocument = {
  /** The version of this document. */
  v: number;
  /** The wire format, `openai-chat` for one; `function` for a cached function. */
  api: string;
  /** Origin, path and query of the URL, credentials aside; `function` for a cached function. */
  target: TargetKey | string;
  /** The namespace of the face that was called. */
  namespace: string;
  /** Which draw of the same request it is. */
  sample: number;
  /** The request headers that count, under their names in lower case. */
  headers: { [name: string]: string };
  /**
   * The body as far as it counts: members the API defines are sorted, ids of tool calls are
   * numbers, and what never counts, credentials above all, is not there.
   */
  body?: JsonObject;
  /** The body's text instead, where parsing it would lose something. */
  raw?: string;
};

/** What a hook `key` returns: JSON at once, no promise. */
export type EditedDocument = { readonly [member: string]: unknown; readonly then?: never };

/** What users change in the identity. */
export interface Hooks {
  readonly normalize?: ((text: string) => string) | undefined;
  readonly ignore: readonly Path[];
  readonly key?: ((document: KeyDocument) => EditedDocument) | undefined;
}

/** Why a request cannot be identified, and what to change. */
export interface Unidentified {
  /** The reason, in a word or two. */
  readonly bypass: string;
  readonly hint?: string;
}

/** Whether the user's own code has a say, which may answer otherwise each time. */
export function isHooked({ normalize, key }: Hooks): boolean {
  return normalize !== undefined || key !== undefined;
}

/** Whether bodies that differ may count as one. */
export function changesBody(hooks: Hooks): boolean {
  return isHooked(hooks) || hooks.ignore.some(([root]) => root === "body");
}

/** The text that stands for a body in the identity; what goes out stays as it is. */
export function normalized({ normalize }: Hooks, text: string): string | Unidentified {
  if (!normalize) return text;
  return guarded("normalize", () => {
    const result: unknown = normalize(text);
    return typeof result === "string" ? result : failed("normalize", TEXT, result);
  });
}

/**
 * The document as the user wants it.
 *
 * @param document as JSON text.
 */
export function edited({ ignore, key }: Hooks, document: string): string | Unidentified {
  if (ignore.length === 0 && !key) return document;
  return guarded(key ? "key" : "ignore", () => {
    const copy: KeyDocument = JSON.parse(document);
    for (const path of ignore) leaveOut(copy, path);
    if (!key) return JSON.stringify(copy);
    const { v, api } = copy;
    const result: unknown = key(copy);
    const text = isObject(result) ? toJson(result, true) : undefined;
    if (text === undefined || !isObject(result)) return failed("key", DOCUMENT, result);
    // An answer in another wire format would be a wrong hit, whatever the user leaves out.
    return result.v === v && result.api === api ? text : JSON.stringify({ ...result, v, api });
  });
}

const TEXT = "return the text that is to count, a string";
const DOCUMENT =
  "return the document or another object that JSON keeps unchanged (no dates, maps or NaN)";

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function guarded(hook: string, run: () => string | Unidentified): string | Unidentified {
  try {
    return run();
  } catch (error) {
    return { bypass: `${hook}-hook`, hint: `the option \`${hook}\` threw: ${thrown(error)}` };
  }
}

function failed(hook: string, expected: string, result: unknown): Unidentified {
  return {
    bypass: `${hook}-hook`,
    hint: `the option \`${hook}\` must ${expected}, at once; it returned ${returned(result)}`,
  };
}
