/**
 * The items of a batch in the store: looked for before the call goes out, kept after it came back.
 *
 * Each lies under an identity of its own, as the answer to a batch of it alone. It is never served as
 * it lies there.
 *
 * @module
 */

import { andThen } from "../time/awaitable.ts";
import type { Batch, Batching, Item, Parts } from "./batch.ts";
import { breathe } from "../time/breathe.ts";
import { checkOf, parseEntry, type Recording } from "../entry.ts";
import { type Exchange, faultTeller } from "../exchange.ts";
import type { Found } from "../guard/guard.ts";
import { changesBody } from "../identity/hooks.ts";
import { identify } from "../key.ts";
import { damage, lookUp, type Missing, type Served } from "../lookup.ts";
import { judgeAge } from "../policy.ts";
import type { Awaitable } from "../store.ts";

/** The items of one request. */
export interface Items {
  readonly batching: Batching;
  readonly batch: Batch;
  /** The store key of each; equal inputs have the same. */
  readonly keys: readonly string[];
  /** Those that are known, by their keys. */
  readonly known: Map<string, KnownItem>;
  /** Whether all of it went out, because what is known did not fit. */
  isWhole: boolean;
}

/** One vector and the answer it lay in. */
export interface KnownItem {
  readonly item: Item;
  readonly envelope: Parts["envelope"];
  readonly recording: Recording;
}

/** How many are read or written in one go: one round trip where the store is far. */
export const SLICE = 64;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const found = new WeakMap<Exchange, Items | null>();

/** The items of the request; `null` where it is none for several, or cannot be taken apart for certain. */
export function itemsOf(exchange: Exchange): Items | null {
  let items = found.get(exchange);
  if (items === undefined) found.set(exchange, items = splitOrNot(exchange));
  return items;
}

/** Lets what is known of the items be known of the same call under another time. */
export function carryItems(from: Exchange, to: Exchange): Exchange {
  const items = found.get(from);
  if (items !== undefined) found.set(to, items);
  return to;
}

function splitOrNot(exchange: Exchange): Items | null {
  try {
    return split(exchange);
  } catch (error) {
    // `JSON.parse` reads deeper nesting than `JSON.stringify` can write.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function split({ known, opened, settings }: Exchange): Items | null {
  const { dialect: { batch: batching, name, shape }, asked, headers, target } = known;
  // Where bodies that differ count as one, so might two inputs.
  if (!batching || changesBody(settings)) return null;
  const body = JSON.parse(known.text);
  // What parsing changes cannot be put together again.
  const batch = JSON.stringify(body) === known.text ? batching.split(body, asked) : null;
  if (!batch) return null;
  const { namespace, sample } = settings;
  const dialect = { name: `${name}/item`, shape };
  const keys: string[] = [];
  for (const body of batch.items) {
    const text = JSON.stringify(body);
    const request = { dialect, target, namespace, sample, headers, text, body };
    const identity = identify(request, opened.hash, settings);
    if ("bypass" in identity) return null;
    keys.push(`${identity.key}.whole`);
  }
  return { batching, batch, keys, known: new Map(), isWhole: false };
}

/** The places of the inputs that are not known, equal ones once. */
export function unknownPlaces({ keys, known }: Items): number[] {
  const seen = new Set(known.keys());
  return [...keys.keys()].filter((place) => {
    const isNew = !seen.has(keys[place]!);
    seen.add(keys[place]!);
    return isNew;
  });
}

/** Looks for an entry, and where there is none for what is known of a batch. */
export function lookUpBatch(exchange: Exchange): Awaitable<Served | Missing> {
  return andThen(lookUp(exchange), (found): Awaitable<Served | Missing> => {
    const { opened: { past }, known } = exchange;
    if (found.entry || found.detail || !known.dialect.batch) return found;
    // Put together again it would be what was rejected.
    if (past.era(known.key) > 0) return found;
    const items = itemsOf(exchange);
    return items ? lookUpItems(exchange, items) : found;
  });
}

async function lookUpItems(exchange: Exchange, items: Items): Promise<Served | Missing> {
  await readItems(exchange, items);
  const { known, keys } = items;
  if (!areAlike([...known.values()])) known.clear();
  const { length } = unknownPlaces(items);
  if (length === 0) return joined(exchange, items);
  return length < keys.length ? { fwd: "miss", detail: "partial", items } : { fwd: "miss" };
}

async function readItems(exchange: Exchange, { keys, known, batching }: Items): Promise<void> {
  const wanted = [...new Set(keys)];
  let isFaulty = false;
  const tellFault = faultTeller(exchange.settings);
  for (let at = 0; at < wanted.length && !isFaulty; at += SLICE) {
    const slice = wanted.slice(at, at + SLICE);
    const values = await exchange.opened.store.getMany(slice, (fault) => {
      // Of a store that fails no more is asked: each further slice could take as long.
      if (!isFaulty) tellFault(fault);
      isFaulty = true;
    });
    for (const [index, value] of values.entries()) {
      const item = value && readItem(exchange, batching, slice[index]!, value);
      if (!item) continue;
      known.set(slice[index]!, item);
      exchange.opened.store.touch(slice[index]!);
    }
    await breathe();
  }
}

function readItem(
  { known, opened, policy, settings }: Exchange,
  batching: Batching,
  key: string,
  { bytes, asked }: Found,
): KnownItem | null {
  const entry = parseEntry(bytes, asked, key);
  if (entry === null || typeof entry === "number") {
    faultTeller(settings)({ operation: "get", key, error: damage() });
    return null;
  }
  const { recording } = entry;
  if (opened.past.isBarred(key, checkOf(entry))) return null;
  if (judgeAge(policy, settings.now() - recording.at).verdict !== "fresh") return null;
  const answer = known.dialect.fit(entry.answer, recording, known.asked);
  const parts = answer && batching.read(decoder.decode(answer));
  return parts?.items.length === 1
    ? { item: parts.items[0]!, envelope: parts.envelope, recording }
    : null;
}

/** Vectors of different models, or of different lengths, do not belong in one answer. */
export function areAlike(items: readonly Pick<KnownItem, "item" | "envelope">[]): boolean {
  const kinds = items.map(({ item, envelope }) => `${sizeOf(item)} ${envelope.model}`);
  return new Set(kinds).size <= 1;
}

function sizeOf({ vector }: Item): string {
  if (vector.startsWith('"')) return `base64 ${vector.length}`;
  let numbers = 1;
  for (let at = vector.indexOf(","); at >= 0; at = vector.indexOf(",", at + 1)) numbers++;
  return `list ${numbers}`;
}

/** Everything is known: nothing goes out, so nothing was spent. */
function joined(exchange: Exchange, { batch, keys, known }: Items): Served {
  const { known: { key, dialect }, policy, settings } = exchange;
  const all = keys.map((key) => known.get(key)!);
  const { envelope, recording: first } = all[0]!;
  const text = batch.write({ envelope, items: all.map(({ item }) => item) });
  const answer = encoder.encode(text);
  // As old as the oldest; and one call for all would have taken as long as the longest.
  const at = all.reduce((least, { recording }) => Math.min(least, recording.at), Infinity);
  const took = all.reduce((most, { recording }) => Math.max(most, recording.took), 0);
  const usage = { input: 0, output: 0 };
  const recording = { ...first, key, dialect: dialect.name, at, took, usage };
  const { ttl } = judgeAge(policy, settings.now() - at);
  const entry = { recording, answer };
  return { entry, answer, detail: "items", ...(ttl !== undefined && { ttl }) };
}
