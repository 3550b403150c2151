/**
 * What the methods of a dialect of the user's own may return: checked, and nothing but what is known
 * copied, so that nothing else gets into the key, the entry and the events.
 *
 * @module
 */

import { type Read, WRONG } from "./attempt.ts";
import type { Asked, JsonObject, Recorder, Usage, Verdict } from "../dialect.ts";
import { toJson } from "../bytes/json.ts";
import { isObject } from "../options/rules.ts";
import type { TargetKey } from "../identity/target.ts";

const isString = (value: unknown) => typeof value === "string";
const isText = (value: unknown) => value === undefined || isString(value);

/** `true` or `false`. */
export const readBoolean: Read<boolean> = (value) => typeof value === "boolean" ? value : WRONG;

/** Why a request passes, or nothing. */
export const readReason: Read<string | undefined> = (value) =>
  isText(value) && value !== "" ? value as string | undefined : WRONG;

/** Bytes, or `null`. Of shared memory no Response can be made. */
export const readBytes: Read<Uint8Array | null> = (value) =>
  value === null ? null : value instanceof Uint8Array ? new Uint8Array(value) : WRONG;

/** An object that JSON keeps unchanged. */
export const readJson: Read<JsonObject> = (value) => {
  const text = isObject(value) ? toJson(value) : undefined;
  return text === undefined ? WRONG : JSON.parse(text);
};

/** What a request asks for; `null` where it is of another format. */
export const readAsked: Read<Asked | null> = (value) => {
  if (value === null) return null;
  const { form, model, usage, limited, words } = Object(value);
  const isAsked = (form === "whole" || form === "stream") && isText(model) && isString(words) &&
    [usage, limited].every((flag) => typeof flag === "boolean");
  if (!isAsked) return WRONG;
  return { form, usage, limited, words: words.slice(0, 80), ...(model !== undefined && { model }) };
};

/** Where a request goes. */
export const readTargetKey: Read<TargetKey> = (value) => {
  const { origin, path, query = [] } = Object(value);
  if (!isString(origin) || !isString(path) || !Array.isArray(query)) return WRONG;
  const isRight = query.every((parameter) => Array.isArray(parameter) && parameter.every(isString));
  if (!isRight) return WRONG;
  return { origin, path, ...(query.length > 0 && { query: structuredClone(query) }) };
};

/** A recorder; its own methods are checked when they answer. */
export const readRecorder: Read<Recorder> = (value) => {
  const { push, verdict } = Object(value);
  return typeof push === "function" && typeof verdict === "function" ? value as Recorder : WRONG;
};

/** A judgement. */
export const readVerdict: Read<Verdict> = (value) => {
  const { keep, reason, hint, id, usage } = Object(value);
  const counted = usage === undefined ? undefined : readUsage(usage);
  const isRight = ["yes", "incomplete", "no"].includes(keep) && [reason, hint, id].every(isText);
  if (!isRight || counted === WRONG) return WRONG;
  return {
    keep,
    ...(reason !== undefined && { reason }),
    ...(hint !== undefined && { hint }),
    ...(id !== undefined && { id }),
    ...(counted && { usage: counted }),
  };
};

const readUsage: Read<Usage> = (value) => {
  const { input, output } = Object(value);
  return Number.isFinite(input) && Number.isFinite(output) ? { input, output } : WRONG;
};
