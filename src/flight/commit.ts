/**
 * The end of a miss: the entry is written, and what became of the call is told.
 *
 * @module
 */

import type { Cold } from "../cold.ts";
import { checkIn, formatEntry, type Recording } from "../entry.ts";
import { tell } from "../events.ts";
import { elapsed, type Exchange, facts, faultTeller } from "../exchange.ts";
import type { OnFault } from "../guard/guard.ts";
import { KEY_VERSION } from "../key.ts";
import { redacted } from "../identity/secrets.ts";
import type { Missing } from "../lookup.ts";
import type { Outcome, Take } from "./tape.ts";
import { shownTarget } from "../identity/target.ts";

/** What an entry keeps of the response, its body aside. */
export type Reply = Pick<Recording, "status" | "statusText" | "headers" | "redirected">;

/** What differs between the entry of a call and those of its items. */
export interface Kept extends Pick<Recording, "key" | "dialect" | "words" | "id" | "usage"> {
  /** The body of the request, as JSON text. */
  readonly text: string;
  readonly answer: readonly Uint8Array[];
  readonly chunks: Cold["chunks"];
}

/** Stores an answer; tells whether it is certainly there. Never throws. */
export function commit(exchange: Exchange, reply: Reply, take: Take): Promise<boolean> {
  return exchange.core.track(write(exchange, reply, take));
}

async function write(
  exchange: Exchange,
  reply: Reply,
  { verdict, ...take }: Take,
): Promise<boolean> {
  const { opened: { landings, past }, known, settings } = exchange;
  const { key, text, dialect, asked } = known;
  const onFault = faultTeller(settings);
  try {
    const kept = { ...take, ...verdict, key, text, dialect: dialect.name, words: asked.words };
    const entry = entryOf(exchange, reply, kept);
    const stored = await put(exchange, key, entry, onFault);
    if (stored) {
      past.note(kept);
      landings.tell(key);
    }
    return stored;
  } catch (error) {
    onFault({ operation: "set", error, key });
    return false;
  }
}

/** Writes an entry, which may be rejected meanwhile; tells whether it is certainly there. */
export async function put(
  { opened: { store, past } }: Exchange,
  key: string,
  entry: Uint8Array,
  onFault: OnFault,
): Promise<boolean> {
  const done = past.writing(key, checkIn(entry));
  try {
    return await store.set(key, entry, onFault);
  } finally {
    done();
  }
}

/** Makes the bytes of an entry. */
export function entryOf(exchange: Exchange, reply: Reply, kept: Kept): Uint8Array {
  const { known: { asked, shown: url, headers, target, ...known }, settings } = exchange;
  const { key, dialect, id, usage, words, text, answer, chunks } = kept;
  const recording: Recording = {
    key,
    form: asked.form,
    ...reply,
    at: exchange.started,
    took: elapsed(exchange),
    dialect,
    ...(asked.model !== undefined && { model: asked.model }),
    namespace: settings.namespace,
    sample: settings.sample,
    askedUsage: asked.usage,
    ...(asked.encoding === "base64" && { encoding: asked.encoding }),
    ...(id !== undefined && { id }),
    ...(usage && { usage }),
    ...(settings.storeRequest && { words }),
  };
  const body = settings.storeRequest && redacted(known.dialect.shape, text, JSON.parse(text));
  const request = { url, headers, ...(body !== false && { body }) };
  const identity = { v: KEY_VERSION, target: shownTarget(target) };
  return formatEntry(recording, answer, { request, identity, chunks });
}

/** Tells of a call that went out. */
export function reportMiss(exchange: Exchange, missing: Missing, outcome: Outcome): void {
  const { stored, reason, bytes, verdict } = outcome;
  const { items, hint = verdict?.hint } = missing;
  // Where the parts of a batch did not fit, it went out whole.
  const detail = items?.isWhole ? undefined : missing.detail;
  tell(exchange.settings.onEvent, {
    status: exchange.policy.asksAnew ? "refresh" : "miss",
    ...facts(exchange, bytes),
    ...(verdict?.usage && { usage: verdict.usage }),
    stored,
    ...(reason !== undefined && { reason }),
    ...(detail !== undefined && { detail }),
    ...(hint !== undefined && { hint }),
  });
}
