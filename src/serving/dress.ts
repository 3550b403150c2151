/**
 * A stored answer as it is served: as it was recorded, but for the tokens and the ids of tool calls where
 * that was asked for. Every other byte stays.
 *
 * @module
 */

import { type AnswerPlaces, jsonOf } from "./answer-places.ts";
import { joinBytes } from "../bytes/bytes.ts";
import type { Exchange } from "../exchange.ts";
import { callIdsOf, freshId } from "./fresh-ids.ts";
import { scanJson, scanNumbers, type Sought, soughtAt } from "../bytes/json-scan.ts";
import type { Served } from "../lookup.ts";

/** Bytes that stand for others. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Changes what is to be changed in an answer; one that is not what its format says stays as it is. */
export function dress(exchange: Exchange, served: Served): Served {
  const { settings: { usage, freshIds }, known: { dialect: { answers } } } = exchange;
  if (!answers || (usage === "recorded" && !freshIds)) return served;
  try {
    const edits = editsOf(exchange, answers, served.answer);
    return edits.length === 0 ? served : { ...served, answer: edited(served.answer, edits) };
  } catch {
    return served;
  }
}

function editsOf(exchange: Exchange, answers: AnswerPlaces, bytes: Uint8Array): Edit[] {
  const { settings: { usage, freshIds }, known: { asked } } = exchange;
  const edits: Edit[] = [];
  const ids: Edit[] = [];
  const own = new Set<string>();
  const found = (from: number, to: number, mark: string) => {
    if (mark === "usage") {
      if (usage === "recorded") return;
      return scanNumbers(bytes, from, to, (from, to) => edits.push({ from, to, text: "0" }));
    }
    const text = decoder.decode(bytes.subarray(from, to));
    ids.push({ from, to, text });
    if (mark === "calls") own.add(text);
  };
  for (const [from, to] of jsonOf(bytes, asked.form)) {
    scanJson(bytes, from, to, treeOf(answers), found);
  }
  return freshIds ? [...edits, ...renamed(exchange, ids, own)] : edits;
}

/** New ids for the calls that the request has already; what refers to them in the answer follows. */
function renamed(
  { known: { text, dialect: { shape } }, opened: { hash } }: Exchange,
  ids: readonly Edit[],
  own: ReadonlySet<string>,
): Edit[] {
  // Most requests have none of them and need not be parsed.
  if (![...own].some((id) => text.includes(id))) return [];
  const asked = callIdsOf(JSON.parse(text), shape);
  // Some servers give none, an empty one, and go on with it in every later piece of the call.
  const calls = [...own].map((id) => JSON.parse(id)).filter((id) => typeof id === "string" && id);
  const taken = new Set([...asked, ...calls]);
  const names = new Map<string, string>();
  for (const id of calls) {
    if (!asked.has(id)) continue;
    const fresh = freshId(id, taken, hash);
    taken.add(fresh);
    names.set(JSON.stringify(id), JSON.stringify(fresh));
  }
  return ids.flatMap(({ text: id, ...place }) => {
    const text = names.get(JSON.stringify(JSON.parse(id)));
    return text === undefined ? [] : [{ ...place, text }];
  });
}

const trees = new WeakMap<AnswerPlaces, Sought>();

function treeOf(places: AnswerPlaces): Sought {
  let tree = trees.get(places);
  if (!tree) trees.set(places, tree = soughtAt({ ...places }));
  return tree;
}

function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { from, to, text } of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(bytes.subarray(at, from), encoder.encode(text));
    at = to;
  }
  return joinBytes([...parts, bytes.subarray(at)]);
}
