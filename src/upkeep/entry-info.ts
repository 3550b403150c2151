/**
 * What people are told of an entry, and which entries they mean.
 *
 * @module
 */

import { checkOptions } from "../options/check-options.ts";
import type { Form, Usage } from "../dialect.ts";
import { type Duration, readDuration } from "../options/duration.ts";
import type { Headline } from "../entry.ts";
import { isSpan, type Rule, SPAN } from "../options/rules.ts";

/** What is told of an entry. */
export interface EntryInfo {
  /** The store key: 64 hex digits of the identity, a dot and the form. */
  readonly key: string;
  /** How the answer travels. */
  readonly form: Form;
  /** The wire format, `openai-chat` for one; `function` for a cached function. */
  readonly dialect: string;
  /** The model, where the request names one. */
  readonly model?: string;
  /** The namespace of the face that recorded it. */
  readonly namespace: string;
  /** Which draw of the same request it is. */
  readonly sample: number;
  /** When the answer was recorded, in milliseconds since 1970. */
  readonly recordedAt: number;
  /** How long the recorded call took, in milliseconds. */
  readonly milliseconds: number;
  /** Size of the answer in bytes. */
  readonly bytes: number;
  /** Size of the whole entry in bytes, the request included. */
  readonly entryBytes: number;
  /** Tokens as the provider counted them. */
  readonly usage?: Usage;
  /** The answer's own id. */
  readonly id?: string;
  /** The first words of the prompt; not there where `storeRequest` was `false`. */
  readonly words?: string;
}

/** Which entries are meant: those that fit all that is named. */
export interface EntryFilter {
  /** The namespace; `""` is that of those who name none. */
  readonly namespace?: string;
  /** The model. */
  readonly model?: string;
  /** The age they have at least: seconds, or a text such as `"12h"` or `"7d"`. */
  readonly olderThan?: Duration;
}

const isString = (value: unknown) => typeof value === "string";
const rules: Readonly<Record<keyof EntryFilter, Rule>> = {
  namespace: [isString, "a string"],
  model: [isString, "a string"],
  olderThan: [isSpan, SPAN],
};

/**
 * Reads a filter.
 *
 * @param of whose it is, for messages.
 * @returns whether an entry is meant; `undefined` where all are.
 * @throws {TypeError} naming what is wrong. A member that is `undefined` is: where something is to be
 *   removed, it would stand for all.
 */
export function readFilter(
  filter: EntryFilter,
  of: string,
  now: number,
): ((entry: Headline) => boolean) | undefined {
  checkOptions(filter, rules, of);
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) continue;
    throw new TypeError(
      `llmcache: \`${name}\` of ${of} is undefined. Leave it out if you mean all.`,
    );
  }
  if (Object.keys(filter).length === 0) return undefined;
  const { namespace, model, olderThan } = filter;
  const latest = olderThan === undefined ? Infinity : now - readDuration(olderThan)!;
  return ({ recording }) =>
    (namespace === undefined || recording.namespace === namespace) &&
    (model === undefined || recording.model === model) && recording.at <= latest;
}

/** Makes of line 1 what people are told. */
export function toInfo({ recording, bytes, answerBytes }: Headline): EntryInfo {
  const { key, form, dialect, model, namespace, sample, at, took, usage, id, words } = recording;
  return {
    key,
    form,
    dialect,
    ...(model !== undefined && { model }),
    namespace,
    sample,
    recordedAt: at,
    milliseconds: took,
    bytes: answerBytes,
    entryBytes: bytes,
    ...(usage && { usage }),
    ...(id !== undefined && { id }),
    ...(words !== undefined && { words }),
  };
}
