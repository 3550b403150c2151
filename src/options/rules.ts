/**
 * What each option must be, in one table.
 *
 * @module
 */

import { readDuration } from "./duration.ts";
import type { FaceOptions } from "./face.ts";
import type { CacheOptions } from "./options.ts";

/** Whether a value will do, and in words what is expected. */
export type Rule = readonly [isValid: (value: unknown) => boolean, expected: string];

/** Rules by the names of options. */
export type Rules = Readonly<Record<string, Rule>>;

/** The names of the modes. */
export const MODES: readonly string[] = ["auto", "replay", "refresh", "off"];

const isString = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown) => typeof value === "boolean";
const isFunction = (value: unknown) => typeof value === "function";
const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isBound = (value: unknown) => value === Infinity || (isSize(value) && value !== 0);
const isDuration = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const isPause = (value: unknown) => Number.isFinite(value) && (value as number) >= 0;
const isStrings = (value: unknown) => Array.isArray(value) && value.every(isString);
/** Whether a value is a span of time. */
export const isSpan = (value: unknown): boolean => readDuration(value) !== undefined;
const isUrl = (value: unknown) => typeof value === "string" && URL.canParse(value);
const isPlace = (value: unknown) =>
  (typeof value === "string" && value !== "") ||
  (value instanceof URL && value.protocol === "file:");

/** What a span of time may be, in words. */
export const SPAN: string = 'seconds, or a text such as "90s", "15m", "12h", "7d", "4w"';

/** Whether a value is an object and no array. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has the verbs of a store. */
export function isStore(value: unknown): boolean {
  return isObject(value) &&
    ["get", "set", "delete", "keys"].every((verb) =>
      typeof (value as Record<string, unknown>)[verb] === "function"
    );
}

/** The options that each face can have. */
export const faceRules: Readonly<Record<keyof FaceOptions, Rule>> = {
  mode: [(value) => isString(value) && MODES.includes(value as string), MODES.join(", ")],
  namespace: [isString, "a string"],
  sample: [isSize, "a whole number from 0"],
  ttl: [isSpan, SPAN],
  staleIfError: [isSpan, SPAN],
  aliases: [isObject, "an object of origins and names"],
  headers: [isStrings, "a list of header names"],
  normalize: [isFunction, "a function from text to text"],
  ignore: [isStrings, "a list of paths"],
  key: [isFunction, "a function from document to document"],
  dialects: [Array.isArray, "a list of dialects"],
  storeIncomplete: [isBoolean, "true or false"],
  storeRequest: [isBoolean, "true or false"],
  shouldStore: [isFunction, "a function from an answer to true or false"],
  pace: [
    (value) => value === "none" || value === "recorded" || isPause(value),
    '"none", "recorded" or milliseconds',
  ],
  usage: [(value) => value === "recorded" || value === "zero", '"recorded" or "zero"'],
  freshIds: [isBoolean, "true or false"],
  allow: [(value) => Array.isArray(value) && value.every(isUrl), "a list of absolute URLs"],
  onEvent: [isFunction, "a function"],
  fetch: [isFunction, "a function like fetch"],
};

/** The options of the whole cache. */
export const cacheRules: Readonly<
  Record<Exclude<keyof CacheOptions, keyof FaceOptions>, Rule>
> = {
  store: [isStore, "a CacheStore (get, set, delete, keys)"],
  dir: [isPlace, "a path or a file: URL"],
  maxBytes: [isBound, "a whole number of bytes above 0, or Infinity"],
  maxEntryBytes: [isSize, "a whole number of bytes"],
  storeTimeout: [isDuration, "milliseconds above 0"],
  now: [isFunction, "a function"],
  wait: [isFunction, "a function"],
};

/** Names a value in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (value !== null && typeof value === "object") {
    return Array.isArray(value) ? "an array" : "an object";
  }
  return String(value);
}
