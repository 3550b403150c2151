/**
 * Where in answers stands what can be changed when they are served.
 *
 * @module
 */

import type { Form } from "../dialect.ts";

/**
 * Where in the answers of a format stands what can be changed when they are served. A path is names
 * between dots, `*` for every item of a list: `"choices.*.message.tool_calls.*.id"`. In a stream they
 * hold for each event.
 */
export interface AnswerPlaces {
  /** The tokens that were used: every number there and below is 0 under `usage: "zero"`. */
  readonly usage?: readonly string[];
  /** The ids of tool calls, at the calls themselves. */
  readonly calls?: readonly string[];
  /** The ids of tool calls, where something refers to them. */
  readonly results?: readonly string[];
}

const [LINE_FEED, CARRIAGE_RETURN, SPACE, OPEN] = [0x0a, 0x0d, 0x20, 0x7b];
/** `data:` */
const DATA = [0x64, 0x61, 0x74, 0x61, 0x3a];

/** The JSON values of an answer, from where to where: the whole of it, or one in a line of a stream. */
export function* jsonOf(bytes: Uint8Array, form: Form): Generator<[from: number, to: number]> {
  if (form === "whole") return yield [0, bytes.length];
  for (let from = 0; from < bytes.length;) {
    let to = from;
    while (to < bytes.length && bytes[to] !== LINE_FEED && bytes[to] !== CARRIAGE_RETURN) to++;
    const start = startOfJson(bytes, from);
    if (start < to && bytes[start] === OPEN) yield [start, to];
    from = to + 1;
  }
}

/** Behind the field name of an event; of newline-delimited JSON the beginning of the line. */
function startOfJson(bytes: Uint8Array, from: number): number {
  let at = DATA.every((byte, index) => bytes[from + index] === byte) ? from + DATA.length : from;
  while (bytes[at] === SPACE) at++;
  return at;
}
