/**
 * A request body as the text that stands for it in the key.
 *
 * @module
 */

import type { JsonObject, Shape } from "./dialect.ts";

/** A value as it was sent, and as it counts; `undefined` where it counts as missing. */
interface Written {
  readonly sent: string;
  readonly counts: string | undefined;
}

type Ordinals = ReadonlyMap<string, number>;

/**
 * The JSON text of a request body as far as it is identity.
 *
 * Members of objects with a shape are in the order of RFC 8785, members that are no part of the
 * identity are left out, ids of tool calls are ordinals, and everything else stands as it was sent.
 *
 * The text as it was sent is built on the way from the same parts: a comparison by one more
 * `JSON.stringify` of the whole would cost as much again.
 *
 * @param text the body as it was sent.
 * @param body `JSON.parse(text)`.
 * @param shape the objects the API defines.
 * @returns the text; `null` where `JSON.stringify(body) !== text`, so that parsing has lost something
 *   (a duplicate member, the digits of a large number, the order of integer-like names, white space).
 */
export function canonical(text: string, body: JsonObject, shape: Shape): string | null {
  const ordinals = new Map<string, number>();
  collectCalls(body, shape, ordinals);
  const { sent, counts } = write(body, shape, ordinals);
  return sent === text ? counts ?? "{}" : null;
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

function write(value: unknown, shape: Shape, ordinals: Ordinals): Written {
  if (shape.callId) return writeCallId(value, ordinals);
  if (!isShaped(value, shape)) return asSent(value);
  return Array.isArray(value)
    ? writeArray(value, shape.items!, ordinals)
    : writeObject(value, shapeOf(value, shape), ordinals);
}

function asSent(value: unknown): Written {
  const sent = JSON.stringify(value);
  return { sent, counts: sent };
}

/** An ordinal is a number, and what is no string is wrapped: neither can be taken for the other. */
function writeCallId(value: unknown, ordinals: Ordinals): Written {
  const sent = JSON.stringify(value);
  if (typeof value !== "string") return { sent, counts: `[${sent}]` };
  return { sent, counts: ordinals.get(value)?.toString() ?? sent };
}

function writeArray(items: readonly unknown[], shape: Shape, ordinals: Ordinals): Written {
  let sent = "";
  let counts = "";
  for (const [index, item] of items.entries()) {
    const comma = index === 0 ? "" : ",";
    const written = write(item, shape, ordinals);
    sent += comma + written.sent;
    counts += comma + (written.counts ?? "{}"); // The others must keep their places.
  }
  return { sent: `[${sent}]`, counts: `[${counts}]` };
}

function writeObject(value: JsonObject, shape: Shape, ordinals: Ordinals): Written {
  let sent = "";
  const members: [name: string, text: string][] = [];
  for (const name of Object.keys(value)) {
    const own = memberShape(shape, name);
    const written = own ? write(value[name], own, ordinals) : asSent(value[name]);
    const label = `${JSON.stringify(name)}:`;
    sent += (sent && ",") + label + written.sent;
    if (written.counts === undefined || isLeftOut(name, value[name], shape)) continue;
    members.push([name, label + written.counts]);
  }
  if (shape.optional && members.length === 0) return { sent: `{${sent}}`, counts: undefined };
  if (!shape.ordered) members.sort(byName);
  let counts = "";
  for (const [, text] of members) counts += (counts && ",") + text;
  return { sent: `{${sent}}`, counts: `{${counts}}` };
}

function isLeftOut(name: string, value: unknown, { omit, secret, defaults }: Shape): boolean {
  if (omit?.includes(name) || secret?.includes(name)) return true;
  if (defaults === undefined || !Object.hasOwn(defaults, name)) return false;
  return value === null || value === defaults[name];
}

/** By UTF-16 code units, as `<` compares and RFC 8785 wants. Names are unique. */
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
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
    for (const [name, member] of Object.entries(shapeOf(value, shape).members ?? {})) {
      if (Object.hasOwn(value, name)) collectCalls(value[name], member, ordinals);
    }
  }
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
