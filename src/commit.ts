/**
 * The end of a miss: the entry is written, and what became of the call is told.
 *
 * @module
 */

import { formatEntry, type Recording } from "./entry.ts";
import { tell } from "./events.ts";
import { elapsed, type Exchange, facts, faultTeller } from "./exchange.ts";
import { KEY_VERSION } from "./key.ts";
import { redacted } from "./secrets.ts";
import type { Missing } from "./lookup.ts";
import type { Outcome, Take } from "./tape.ts";
import { shownTarget } from "./target.ts";

/** What an entry keeps of the response, its body aside. */
export type Reply = Pick<Recording, "status" | "statusText" | "headers" | "redirected">;

/** Stores an answer; tells whether it is certainly there. Never throws. */
export function commit(exchange: Exchange, reply: Reply, take: Take): Promise<boolean> {
  return exchange.core.track(write(exchange, reply, take));
}

async function write(exchange: Exchange, reply: Reply, take: Take): Promise<boolean> {
  const { opened, known, settings } = exchange;
  const onFault = faultTeller(settings);
  try {
    const entry = entryOf(exchange, reply, take);
    const stored = await opened.store.set(known.key, entry, onFault);
    if (stored) opened.landings.tell(known.key);
    return stored;
  } catch (error) {
    onFault({ operation: "set", error, key: known.key });
    return false;
  }
}

function entryOf(exchange: Exchange, reply: Reply, { answer, chunks, verdict }: Take): Uint8Array {
  const { known, settings } = exchange;
  const { dialect, asked, key } = known;
  const recording: Recording = {
    key,
    form: asked.form,
    ...reply,
    at: exchange.started,
    took: elapsed(exchange),
    dialect: dialect.name,
    ...(asked.model !== undefined && { model: asked.model }),
    namespace: settings.namespace,
    sample: settings.sample,
    askedUsage: asked.usage,
    ...(verdict.id !== undefined && { id: verdict.id }),
    ...(verdict.usage && { usage: verdict.usage }),
    ...(settings.storeRequest && { words: asked.words }),
  };
  const body = settings.storeRequest && redacted(dialect.shape, known.text, JSON.parse(known.text));
  const request = { url: known.shown, headers: known.headers, ...(body !== false && { body }) };
  const identity = { v: KEY_VERSION, target: shownTarget(known.target) };
  return formatEntry(recording, answer, { request, identity, chunks });
}

/** Tells of a call that went out. */
export function reportMiss(exchange: Exchange, missing: Missing, outcome: Outcome): void {
  const { stored, reason, bytes, verdict } = outcome;
  const { detail, hint = verdict?.hint } = missing;
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
