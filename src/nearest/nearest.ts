/**
 * Which stored request comes nearest to one that is not in the store.
 *
 * The work is bounded: {@linkcode MOST_LISTED} entries are looked at by their first lines, and of the
 * newest {@linkcode MOST_COMPARED} of the same wire format whole requests are read, up to
 * {@linkcode MOST_BYTES}.
 *
 * @module
 */

import { breathe } from "../time/breathe.ts";
import { type Difference, explain } from "./causes.ts";
import { compare, type Comparison } from "./differences.ts";
import type { Headline } from "../entry.ts";
import { parseCold } from "../entry.ts";
import { type Exchange, faultTeller } from "../exchange.ts";
import type { JsonObject } from "../dialect.ts";
import { identify } from "../key.ts";
import { listEntries } from "../upkeep/listing.ts";
import { redacted } from "../identity/secrets.ts";
import { shownTarget, type TargetKey } from "../identity/target.ts";

const MOST_LISTED = 20_000;
const MOST_COMPARED = 200;
const MOST_BYTES = 64 << 20;
/** Requests are read some at a time, which stores that are far away do at once. */
const BATCH = { keys: 16, bytes: 4 << 20 };

/** The stored request that comes nearest. */
export interface NearestRequest {
  /** The store key. */
  readonly key: string;
  /** When it was recorded, in milliseconds since 1970. */
  readonly recordedAt: number;
  /**
   * Every field in which it is another. None where all that was kept is the same: a query value that
   * is not shown may differ, or the hooks it was recorded with.
   */
  readonly differences: readonly Difference[];
}

/** What was found, and by how much work. */
export interface Search {
  readonly nearest?: NearestRequest;
  /** How many stored requests of the same wire format were compared. */
  readonly compared: number;
  /** How many more there are that were stored without their request (`storeRequest: false`). */
  readonly unkept: number;
  /** Whether all entries were looked at; a store with very many is searched in part. */
  readonly isAll: boolean;
}

/** Searches the store for the request that comes nearest to this one. */
export async function findNearest(exchange: Exchange): Promise<Search> {
  const { lines, isAll } = await newest(exchange);
  const { known, settings: { namespace, sample } } = exchange;
  const asked = documentOf(exchange, { ...known, namespace, sample });
  let best: { readonly line: Headline; readonly found: Comparison } | undefined;
  let compared = 0;
  let unkept = 0;
  for await (const [line, bytes] of wholes(exchange, lines)) {
    const cold = bytes && parseCold(bytes, line.recording.key);
    if (!cold) continue;
    const { identity: { v, target }, request: { headers, body: text } } = cold;
    if (text === undefined) {
      unkept++;
      continue;
    }
    const document = documentOf(exchange, { ...line.recording, target, headers, text });
    if (!asked || !document) continue;
    compared++;
    const found = compareSafely(asked, { ...document, v }, best?.found.distance ?? Infinity);
    if (found) best = { line, found };
    await breathe();
  }
  const nearest = best && {
    key: best.line.recording.key,
    recordedAt: best.line.recording.at,
    differences: best.found.differences.map(explain),
  };
  return { ...(nearest && { nearest }), compared, unkept, isAll };
}

/** What a store holds may be nested deeper than the stack. */
function compareSafely(...values: Parameters<typeof compare>): Comparison | null {
  try {
    return compare(...values);
  } catch {
    return null;
  }
}

/** The newest entries of the same wire format, the newest first. */
async function newest(
  { opened, known, settings }: Exchange,
): Promise<{ lines: Headline[]; isAll: boolean }> {
  let lines: Headline[] = [];
  let listed = 0;
  const cut = () => {
    lines.sort((a, b) => b.recording.at - a.recording.at);
    lines = lines.slice(0, MOST_COMPARED);
  };
  for await (const line of listEntries(opened.store, faultTeller(settings))) {
    if (++listed > MOST_LISTED) break;
    if (line.recording.dialect !== known.dialect.name) continue;
    lines.push(line);
    if (lines.length > 4 * MOST_COMPARED) cut();
  }
  cut();
  return { lines, isAll: listed <= MOST_LISTED };
}

/** Reads whole entries, in their order, as far as the work goes. */
async function* wholes(
  { opened, settings }: Exchange,
  lines: readonly Headline[],
): AsyncGenerator<[Headline, Uint8Array | undefined]> {
  let left = MOST_BYTES;
  for (let at = 0; at < lines.length;) {
    const batch: Headline[] = [];
    let bytes = 0;
    while (at < lines.length && batch.length < BATCH.keys && bytes < BATCH.bytes) {
      bytes += lines[at]!.bytes;
      batch.push(lines[at++]!);
    }
    left -= bytes;
    // One is always read, however large.
    if (left < 0 && at > batch.length) return;
    const keys = batch.map(({ recording }) => recording.key);
    const found = await opened.store.getMany(keys, faultTeller(settings));
    for (const [place, line] of batch.entries()) yield [line, found[place]?.bytes];
  }
}

/** What of a request counts, stored or asked. */
interface Counted {
  readonly target: string | TargetKey;
  readonly namespace: string;
  readonly sample: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly text: string;
}

/** The document of a request, as it is made today: with the hooks of this face. */
function documentOf({ known, opened, settings }: Exchange, counted: Counted): JsonObject | null {
  const { target, namespace, sample, headers, text } = counted;
  const { dialect } = known;
  try {
    // As it was stored: the hash of a credential tells no difference that can be shown.
    const shown = redacted(dialect.shape, text, JSON.parse(text));
    const identity = identify(
      {
        dialect,
        target: shownTarget(target),
        namespace,
        sample,
        headers,
        text: shown,
        body: JSON.parse(shown),
      },
      opened.hash,
      settings,
    );
    return "document" in identity ? JSON.parse(identity.document) : null;
  } catch {
    return null; // What a store holds may be anything.
  }
}
