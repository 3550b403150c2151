/**
 * A hit: the stored answer as a response, at once or at the pace that was asked for.
 *
 * @module
 */

import { andThen } from "./time/awaitable.ts";
import { breathe } from "./time/breathe.ts";
import { dress } from "./serving/dress.ts";
import { tell } from "./events.ts";
import { elapsed, type Exchange, facts, throwIfLeft } from "./exchange.ts";
import { readCold, type Served } from "./lookup.ts";
import { type Pacing, replay } from "./replay.ts";
import type { Call } from "./request.ts";
import { formatStatus } from "./status.ts";
import type { Awaitable } from "./store.ts";

/**
 * Serves a stored answer; at once, unless a pace is to be looked up or others are to have their turn.
 *
 * @param failure how upstream failed, where its time is over.
 */
export function serve(
  exchange: Exchange,
  call: Call,
  stored: Served,
  failure?: string,
): Awaitable<Response> {
  const served = dress(exchange, stored);
  const isPaced = exchange.settings.pace !== "none";
  return andThen(
    isPaced ? paceOf(exchange, served, call.signal) : undefined,
    (pacing) => andThen(breathe(), () => respond(exchange, call, served, failure, pacing)),
  );
}

function respond(
  exchange: Exchange,
  call: Call,
  served: Served,
  failure: string | undefined,
  pacing: Pacing | undefined,
): Response {
  const { answer, ttl, detail, entry: { recording } } = served;
  throwIfLeft(exchange, call);
  const way = failure === undefined
    ? { hit: true, detail }
    : { fwd: "stale" as const, detail: "stale-if-error" };
  const status = formatStatus({ ...way, ttl, key: exchange.known.key });
  const response = replay(recording, answer, call.url, status, pacing);
  exchange.opened.past.noteHeaders(exchange.known.headers);
  exchange.opened.past.note(recording);
  tellServed(exchange, served, failure);
  return response;
}

/** Tells of a hit, or of an answer that was served because upstream failed. */
export function tellServed(
  exchange: Exchange,
  { answer, detail, entry: { recording } }: Served,
  failure: string | undefined,
): void {
  const { usage, took, at } = recording;
  exchange.opened.store.touch(exchange.known.key);
  const saved = {
    milliseconds: Math.max(0, took - elapsed(exchange)),
    tokens: usage ? usage.input + usage.output : 0,
  };
  if (failure === undefined) {
    exchange.opened.savings.add(exchange.started, saved.tokens, saved.milliseconds);
  }
  if (!exchange.settings.onEvent) return;
  const way = failure === undefined
    ? { status: "hit" as const }
    : { status: "stale" as const, reason: failure };
  tell(exchange.settings.onEvent, {
    ...way,
    ...facts(exchange, answer.length),
    ...(usage && { usage }),
    recordedAt: at,
    ...(detail && { detail }),
    saved,
  });
}

/** The chunks lie in the cold part, which a hit without a pace never reads. */
export async function paceOf(
  exchange: Exchange,
  { entry }: Served,
  signal: AbortSignal | undefined,
): Promise<Pacing | undefined> {
  const { pace, wait } = exchange.settings;
  if (pace === "none") return undefined;
  const cold = await readCold(exchange, entry);
  return cold ? { pace, wait, signal, chunks: cold.chunks } : undefined;
}
