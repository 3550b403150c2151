/**
 * Vectors in the JSON text of an answer: judged, and lifted out without reading their numbers.
 *
 * A vector of 1 536 numbers takes 170 µs to parse and 390 to write again, and is another text then;
 * lifted, it takes 45 and stays as the provider wrote it.
 *
 * @module
 */

import type { Batch, Item, Parts, VectorsAsked } from "../batch/batch.ts";
import type { JsonObject, Recorder, Verdict } from "../dialect.ts";
import { firstWords, isObject, no, parseObject, recordJson } from "./reading.ts";

/** What a format finds in an answer. */
export interface Found {
  /** The vectors as they stand there; none where there is no list of them. */
  readonly vectors?: readonly unknown[];
  readonly id?: unknown;
  /** Tokens of all inputs. */
  readonly tokens?: unknown;
}

/** Watches an answer that holds a vector for each input. */
export function recordVectors(asked: VectorsAsked, find: (answer: JsonObject) => Found): Recorder {
  return recordJson((answer) => {
    if (answer === null) return no("unparsable");
    const { vectors, id, tokens } = find(answer);
    return {
      ...(typeof id === "string" && id !== "" && { id }),
      ...(typeof tokens === "number" && { usage: { input: tokens, output: 0 } }),
      ...(answer.error || answer.object === "error" ? no("error") : judge(vectors, asked)),
    };
  });
}

/** Servers have answered with fewer vectors than inputs, and with empty ones: another call may not. */
function judge(vectors: readonly unknown[] | undefined, { items }: VectorsAsked): Verdict {
  if (!vectors || vectors.length === 0) return no("no-vectors");
  if (!vectors.every(isFilled)) return no("empty-vector");
  if (items !== undefined && items !== vectors.length) return no("missing-vectors");
  return { keep: "yes" };
}

/** Numbers, maybe several lists of them, or text that stands for them. */
function isFilled(vector: unknown): boolean {
  if (!Array.isArray(vector)) return typeof vector === "string" ? vector !== "" : isObject(vector);
  return vector.length > 0 && vector.every((one) => typeof one === "number" || isFilled(one));
}

const NUMBERS = /\[\s*[-\d][-+\d.eE,\s]*\]/g;
const BASE64 = /^[\w+/-]+={0,2}$/;
/** Stands before the number of a list that was lifted: no provider's text has this noncharacter. */
const MARK = "\u{10ffff}";

/** An answer of which the vectors have been lifted out. */
export interface Lifted {
  readonly answer: JsonObject;
  /** The JSON text of a vector, once; `null` for what is none. */
  take(value: unknown): string | null;
  /** How many lists of numbers have not been taken. */
  left(): number;
}

/** Lifts the vectors out of an answer; `null` where it is no JSON object. */
export function lift(text: string): Lifted | null {
  const lists = new Map<unknown, string>();
  const rest = text.replace(NUMBERS, (list) => {
    const mark = MARK + lists.size;
    lists.set(mark, list);
    return `["${mark}"]`; // Inside a string the quotes end it: what cannot be parsed is a doubt.
  });
  const answer = parseObject(rest);
  return answer && {
    answer,
    take(value) {
      if (typeof value === "string") return BASE64.test(value) ? `"${value}"` : null;
      const mark = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
      const list = lists.get(mark) ?? null;
      lists.delete(mark);
      return list;
    },
    left: () => lists.size,
  };
}

/**
 * The parts of an answer, if they are certain to be all of it.
 *
 * @param spent the members of the envelope that may be objects.
 */
export function partsOf(
  { left }: Lifted,
  envelope: JsonObject,
  items: readonly (Item | null)[],
  spent: readonly string[],
): Parts | null {
  // A list beside the vectors may belong to them one by one.
  const isPlain = Object.entries(envelope).every(([name, value]) =>
    spent.includes(name) || typeof value !== "object" || value === null
  );
  if (!isPlain || envelope.error || items.length === 0 || left() > 0) return null;
  return items.includes(null) ? null : { envelope, items: items as Item[] };
}

/** The JSON text of an object with one more member, whose value is given as text. */
export function withMember(object: JsonObject, name: string, text: string): string {
  const members = JSON.stringify(object).slice(1, -1);
  return `{${members}${members && ","}"${name}":${text}}`;
}

/**
 * The batch that a request with a list of inputs is, each of which may be asked for alone.
 *
 * @param inputs those of `body.input`; `null` where they cannot be told apart.
 * @param independent the members that mean the same for each; with any other it is no batch.
 * @param write makes an answer of its parts.
 */
export function batchOf(
  body: JsonObject,
  inputs: readonly unknown[] | null,
  independent: readonly string[],
  write: Batch["write"],
): Batch | null {
  if (!inputs || !Object.keys(body).every((name) => independent.includes(name))) return null;
  return {
    items: inputs.map((input) => ({ ...body, input })),
    words: (place) => firstWords([{ role: "user", content: inputs[place] }]),
    pick: (places) => ({ ...body, input: places.map((place) => inputs[place]) }),
    write,
  };
}
