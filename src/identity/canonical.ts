/**
 * A request body as the text that stands for it in the key.
 *
 * @module
 */

import type { JsonObject, Shape } from "../dialect.ts";
import type { Hash } from "../host.ts";
import { countedUrl } from "./target.ts";

/** A text, and how far it has been compared with the value it was parsed to; NaN where they differ. */
interface Walk {
  readonly text: string;
  at: number;
  readonly ordinals: ReadonlyMap<string, number>;
  readonly hash: Hash;
}

/**
 * The JSON text of a request body as far as it is identity.
 *
 * Members of objects with a shape are in the order of RFC 8785, members that are no part of the
 * identity are left out, ids of tool calls are ordinals, and everything else stands as it was sent.
 *
 * The text is compared with the value on the way, and what counts is cut out of it: to stringify the
 * value again would cost more than all the rest.
 *
 * @param text the body as it was sent.
 * @param body `JSON.parse(text)`.
 * @param shape the objects the API defines.
 * @returns the text; `null` where `JSON.stringify(body) !== text`, so that parsing has lost something
 *   (a duplicate member, the digits of a large number, the order of integer-like names, white space).
 */
export function canonical(
  text: string,
  body: JsonObject,
  shape: Shape,
  hash: Hash,
): string | null {
  const ordinals = new Map<string, number>();
  collectCalls(body, shape, ordinals);
  const walk = { text, at: 0, ordinals, hash };
  const counts = write(walk, body, shape);
  return walk.at === text.length && isWellFormed(text) ? counts ?? "{}" : null;
}

/** Whether the shape says something about this value: about objects, or about arrays. */
export function isShaped(value: unknown, shape: Shape): value is JsonObject | unknown[] {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value)
    ? shape.items !== undefined
    : shape.items === undefined || shape.members !== undefined || shape.variants !== undefined;
}

/** The shape of this very object: the variant that its `type` names, if one does. */
export function shapeOf(value: JsonObject, shape: Shape): Shape {
  const { variants } = shape;
  if (variants === undefined) return shape;
  const type = Object.hasOwn(value, "type") ? value.type : "";
  return typeof type === "string" && Object.hasOwn(variants, type) ? variants[type]! : shape;
}

/** The shape of a member; names such as `__proto__` and `constructor` have none. */
export function memberShape(shape: Shape, name: string): Shape | undefined {
  const { members } = shape;
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}

/** What a value counts as; `undefined` where it counts as missing. */
function write(walk: Walk, value: unknown, shape: Shape): string | undefined {
  const { callId, url } = shape;
  if (callId === undefined && url === undefined && isShaped(value, shape)) {
    return Array.isArray(value)
      ? writeArray(walk, value, shape.items!)
      : writeObject(walk, value, shapeOf(value, shape));
  }
  const from = walk.at;
  pass(walk, value);
  const sent = walk.text.slice(from, walk.at);
  if (callId !== undefined) return callIdOf(walk, value, sent);
  return url && typeof value === "string" ? JSON.stringify(countedUrl(value, walk.hash)) : sent;
}

/** An ordinal is a number, and what is no string is wrapped: neither can be taken for the other. */
function callIdOf({ ordinals }: Walk, value: unknown, sent: string): string {
  if (typeof value !== "string") return `[${sent}]`;
  return ordinals.get(value)?.toString() ?? sent;
}

function writeArray(walk: Walk, items: readonly unknown[], shape: Shape): string {
  let counts = "";
  passMark(walk, "[");
  for (let index = 0; index < items.length; index++) {
    if (index > 0) {
      passMark(walk, ",");
      counts += ",";
    }
    counts += write(walk, items[index], shape) ?? "{}"; // The others must keep their places.
  }
  passMark(walk, "]");
  return `[${counts}]`;
}

function writeObject(walk: Walk, value: JsonObject, shape: Shape): string | undefined {
  const members: Member[] = [];
  let isFirst = true;
  passMark(walk, "{");
  for (const name of Object.keys(value)) {
    if (!isFirst) passMark(walk, ",");
    isFirst = false;
    const text = writeMember(walk, name, value[name], shape);
    if (text !== undefined) members.push({ name, text });
  }
  passMark(walk, "}");
  if (shape.optional && members.length === 0) return undefined;
  if (!shape.ordered) sort(members);
  let counts = "";
  for (const { text } of members) counts += counts === "" ? text : "," + text;
  return `{${counts}}`;
}

/** A member that counts: its name, and `"name":value`. */
interface Member {
  readonly name: string;
  readonly text: string;
}

/**
 * By UTF-16 code units, as `<` compares and RFC 8785 wants. Names are unique. Of two or three members
 * the built-in sort takes as long as all the rest of the walk.
 */
function sort(members: Member[]): void {
  if (members.length > 32) return void members.sort((a, b) => a.name < b.name ? -1 : 1);
  for (let next = 1; next < members.length; next++) {
    const member = members[next]!;
    let at = next;
    for (; at > 0 && members[at - 1]!.name > member.name; at--) members[at] = members[at - 1]!;
    members[at] = member;
  }
}

/** A member as it counts, its name before it; `undefined` where it does not. */
function writeMember(walk: Walk, name: string, value: unknown, shape: Shape): string | undefined {
  const from = walk.at;
  passString(walk, name);
  passMark(walk, ":");
  const label = walk.at;
  const own = memberShape(shape, name);
  const counts = own ? write(walk, value, own) : pass(walk, value);
  if (isLeftOut(name, value, shape)) return undefined;
  if (!own) return walk.text.slice(from, walk.at);
  return counts === undefined ? undefined : walk.text.slice(from, label) + counts;
}

function pass(walk: Walk, value: unknown): undefined {
  if (typeof value === "string") passString(walk, value);
  else passText(walk, JSON.stringify(value));
}

const QUOTE = 34;

/** Most strings stand in the text as they are: then their length tells where they end. */
function passString(walk: Walk, value: string): void {
  const { text, at } = walk;
  const end = at + value.length + 1;
  if (
    text.charCodeAt(end) === QUOTE && text.charCodeAt(at) === QUOTE &&
    text.slice(at + 1, end) === value
  ) walk.at = end + 1;
  else passText(walk, JSON.stringify(value));
}

function passText(walk: Walk, part: string): void {
  const end = walk.at + part.length;
  walk.at = walk.text.slice(walk.at, end) === part ? end : NaN;
}

function passMark(walk: Walk, mark: string): void {
  walk.at = walk.text[walk.at] === mark ? walk.at + 1 : NaN;
}

/** `JSON.stringify` escapes a lone surrogate, which a string can hold as it is. */
function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

function isLeftOut(name: string, value: unknown, { omit, secret, defaults }: Shape): boolean {
  if (omit?.includes(name) || secret?.includes(name)) return true;
  if (defaults === undefined || !Object.hasOwn(defaults, name)) return false;
  return value === null || value === defaults[name];
}

/** Numbers the ids of the calls in this body. The order of the shape's members, not of the body's. */
function collectCalls(value: unknown, shape: Shape, ordinals: Map<string, number>): void {
  if (shape.callId === "call") {
    if (typeof value === "string" && !ordinals.has(value)) ordinals.set(value, ordinals.size);
  } else if (isShaped(value, shape) && leadsToCall(shape)) {
    if (Array.isArray(value)) {
      for (const item of value) collectCalls(item, shape.items!, ordinals);
      return;
    }
    for (const [name, member] of callMembers(shapeOf(value, shape))) {
      if (Object.hasOwn(value, name)) collectCalls(value[name], member, ordinals);
    }
  }
}

const membersOf = new WeakMap<Shape, readonly (readonly [name: string, shape: Shape])[]>();

/** The members in which there may be calls: of thousands of messages most have none of them. */
function callMembers(shape: Shape): readonly (readonly [name: string, shape: Shape])[] {
  let members = membersOf.get(shape);
  if (members === undefined) {
    members = Object.entries(shape.members ?? {}).filter(([, member]) => leadsToCall(member));
    membersOf.set(shape, members);
  }
  return members;
}

const leading = new WeakMap<Shape, boolean>();

/** Most of a body holds no calls and need not be walked twice. */
function leadsToCall(shape: Shape): boolean {
  let leads = leading.get(shape);
  if (leads === undefined) {
    leads = shape.callId === "call" || (shape.items !== undefined && leadsToCall(shape.items)) ||
      [shape.members, shape.variants].some((inner) => Object.values(inner ?? {}).some(leadsToCall));
    leading.set(shape, leads);
  }
  return leads;
}
