/**
 * Ids of tool calls, made anew where a conversation has them already.
 *
 * @module
 */

import { isShaped, memberShape, shapeOf } from "../identity/canonical.ts";
import type { JsonObject, Shape } from "../dialect.ts";
import type { Hash } from "../host.ts";

/** The ids of tool calls in a request, at the calls and at their results. */
export function callIdsOf(value: unknown, shape: Shape, ids: Set<string> = new Set()): Set<string> {
  if (shape.callId) {
    if (typeof value === "string") ids.add(value);
  } else if (isShaped(value, shape)) {
    if (Array.isArray(value)) {
      for (const item of value) callIdsOf(item, shape.items!, ids);
      return ids;
    }
    const own = shapeOf(value as JsonObject, shape);
    for (const name of Object.keys(value)) {
      const member = memberShape(own, name);
      if (member) callIdsOf(value[name], member, ids);
    }
  }
  return ids;
}

/** How often an id of a length is tried before it grows by a digit. */
const TURNS = 16;

/**
 * Another id of the same kind: only the letters and digits at its end are others, and as many, because
 * some servers look at the form (`call_…`, nine digits and letters, `functions.weather:0`).
 *
 * @param taken the ids that are there already; the same ones give the same id, so that tests hold.
 */
export function freshId(id: string, taken: ReadonlySet<string>, hash: Hash): string {
  const [tail] = /[a-z\d]*$/i.exec(id)!;
  const isDecimal = /^\d+$/.test(tail);
  for (let turn = 0;; turn++) {
    const hex = hash(`${id} ${turn}`);
    const digits = isDecimal
      ? hex.replace(/[a-f]/g, (digit) => `${parseInt(digit, 16) % 10}`)
      : hex;
    const length = tail.length + Math.floor(turn / TURNS);
    const end = digits.repeat(Math.ceil(length / digits.length)).slice(0, length);
    const fresh = id.slice(0, id.length - tail.length) + end;
    if (!taken.has(fresh)) return fresh;
  }
}
