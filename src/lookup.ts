/**
 * From the store: the entry that answers a request, or why none does.
 *
 * @module
 */

import { DialectFault, orFault } from "./own/attempt.ts";
import { andThen } from "./time/awaitable.ts";
import type { Cold } from "./cold.ts";
import { checkOf, type Entry, HEAD_BYTES, parseCold, parseEntry } from "./entry.ts";
import { LlmcacheError } from "./errors.ts";
import { type Exchange, faultTeller } from "./exchange.ts";
import type { OnFault } from "./guard/guard.ts";
import type { Items } from "./batch/items.ts";
import { type Freshness, judgeAge } from "./policy.ts";
import type { CacheStatus } from "./status.ts";
import type { Awaitable } from "./store.ts";

/** An entry that serves. */
export interface Served {
  readonly entry: Entry;
  /** The bytes that fit what is asked now. */
  readonly answer: Uint8Array;
  /** The seconds for which it stays fresh, below 0 if it is stale; none where there is no TTL. */
  readonly ttl?: number;
  /**
   * They were put together from `items` that are known of other batches; or landed while the call `waited`
   * for another process.
   */
  readonly detail?: "items" | "waited";
}

/** No entry serves. */
export interface Missing {
  readonly entry?: undefined;
  /**
   * Why one that exists does not: its age, it is `damaged`, was `rejected`, or cannot be converted without
   * loss; or of a batch only a part is known.
   */
  readonly detail?:
    | "lossy"
    | "damaged"
    | "rejected"
    | "partial"
    | "dialect-fault"
    | Exclude<Freshness["verdict"], "fresh">;
  /** What to change, where there is something. */
  readonly hint?: string;
  /** What this is called in `Cache-Status`. */
  readonly fwd: Exclude<CacheStatus["fwd"], undefined | "bypass">;
  /** What may be served all the same where upstream fails. */
  readonly spare?: Served;
  /** The items of a batch of which a part is known. */
  readonly items?: Items;
}

/** The call wants no stored answer. */
export const ASKED_ANEW: Missing = { fwd: "request" };

/** Looks for an entry of the asked form, then for one of the other; at once where the store answers so. */
export function lookUp(exchange: Exchange): Awaitable<Served | Missing> {
  const { key, otherKey } = exchange.known;
  return andThen(readEntry(exchange, key), (entry): Awaitable<Served | Missing> => {
    if (entry === "damaged") return { fwd: "miss", detail: entry };
    if (entry) return judge(exchange, entry);
    return andThen(
      readEntry(exchange, otherKey),
      (other) => other && other !== "damaged" ? LOSSY : { fwd: "miss" },
    );
  });
}

/** What someone has stored since a request was looked up, if it serves. Faults were told then. */
export async function lookAgain(exchange: Exchange): Promise<Served | undefined> {
  const { opened: { store }, known: { key } } = exchange;
  const quiet = () => {};
  const entry = await readEntry(exchange, key, HEAD_BYTES, quiet);
  if (entry === null || entry === "damaged") return undefined;
  const judged = judge(exchange, entry);
  if (judged.entry) return judged;
  // A directory holds for a moment what has been read; what replaced it is in the file.
  const whole = await store.get(key, quiet);
  const latest = whole && parseEntry(whole.bytes, whole.asked, key);
  if (latest === null || typeof latest === "number") return undefined;
  const again = judge(exchange, latest);
  return again.entry && again;
}

const LOSSY: Missing = { fwd: "miss", detail: "lossy" };

/** Whether an entry serves: what it holds, and its age. */
function judge({ known, opened, policy, settings }: Exchange, entry: Entry): Served | Missing {
  // Its store may not let go of it, or show it for a while.
  if (opened.past.isBarred(known.key, checkOf(entry))) return { fwd: "miss", detail: "rejected" };
  const answer = orFault(() => known.dialect.fit(entry.answer, entry.recording, known.asked));
  if (!answer) return LOSSY;
  if (answer instanceof DialectFault) {
    return { fwd: "miss", detail: "dialect-fault", hint: answer.message };
  }
  const { verdict, isSpare, ttl } = judgeAge(policy, settings.now() - entry.recording.at);
  const served = { entry, answer, ...(ttl !== undefined && { ttl }) };
  if (verdict === "fresh") return served;
  const fwd = verdict === "expired" ? "stale" : "request";
  return { detail: verdict, fwd, ...(isSpare && { spare: served }) };
}

/** Reads the part of an entry that only a paced replay needs. */
export async function readCold(
  { opened, known, settings }: Exchange,
  served: Entry,
): Promise<Cold | null> {
  const onFault = faultTeller(settings);
  const found = await opened.store.get(known.key, onFault);
  if (!found) return null;
  const cold = parseCold(found.bytes, known.key);
  // Replaced since: the times of one recording do not fit the bytes of another.
  if (cold && cold.check !== checkOf(served)) return null;
  if (!cold) onFault({ operation: "get", key: known.key, error: damage() });
  return cold;
}

function readEntry(
  exchange: Exchange,
  key: string,
  bytes: number = HEAD_BYTES,
  onFault: OnFault = faultTeller(exchange.settings),
): Awaitable<Entry | "damaged" | null> {
  return andThen(exchange.opened.store.head(key, bytes, onFault), (found) => {
    if (!found) return null;
    const entry = parseEntry(found.bytes, found.asked, key);
    if (entry !== null && typeof entry !== "number") return entry;
    // An answer longer than the head is read again and judged afresh: two reads are never joined.
    if (entry !== null && entry > bytes) return readEntry(exchange, key, entry, onFault);
    onFault({ operation: "get", key, error: damage() });
    return "damaged";
  });
}

/** What is told of an entry that cannot be read. */
export function damage(): LlmcacheError {
  return new LlmcacheError(
    "llmcache_entry_damaged",
    "The stored entry is damaged, or was written by another version; the call goes out again.",
  );
}
