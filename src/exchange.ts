/**
 * One call on its way through the cache.
 *
 * @module
 */

import type { Core, Opened } from "./core.ts";
import type { CallFacts, FaultEvent } from "./events.ts";
import { tell } from "./events.ts";
import type { Policy } from "./policy.ts";
import type { Settings } from "./options/settings.ts";
import type { Known } from "./recognise.ts";
import type { Call } from "./request.ts";
import { shownOf } from "./identity/target.ts";

/** What is known of every call, also of one that is none of ours. */
export interface Arrival {
  /** Those of the face, with the namespace and sample of the call. */
  readonly settings: Settings;
  readonly policy: Policy;
  /** When the call came in, in milliseconds since 1970. */
  readonly started: number;
}

/** What every step of one call needs. */
export interface Exchange extends Arrival {
  readonly core: Core;
  readonly opened: Opened;
  readonly known: Known;
}

/** Milliseconds since the call came in. */
export function elapsed({ settings, started }: Arrival): number {
  return settings.now() - started;
}

/** What an event tells of this call. */
export function facts(exchange: Exchange, bytes: number): CallFacts {
  const { known, settings } = exchange;
  return {
    key: known.key,
    form: known.asked.form,
    dialect: known.dialect.name,
    ...(known.asked.model !== undefined && { model: known.asked.model }),
    namespace: settings.namespace,
    sample: settings.sample,
    milliseconds: elapsed(exchange),
    bytes,
  };
}

/** Tells of a caller who has left before there was an answer, and of no one else. */
export function tellIfLeft(arrival: Arrival | Exchange, call: Call): void {
  if (!call.signal?.aborted) return;
  const isKnown = "known" in arrival;
  tell(arrival.settings.onEvent, {
    status: "cancelled",
    ...(isKnown ? facts(arrival, 0) : { milliseconds: elapsed(arrival) }),
    url: isKnown ? arrival.known.shown : shownOf(call.url),
  });
}

/** Ends the call of a caller who has left. */
export function throwIfLeft(arrival: Arrival | Exchange, call: Call): void {
  tellIfLeft(arrival, call);
  call.signal?.throwIfAborted();
}

/** Takes the faults of the store during this call. */
export function faultTeller({ onEvent }: Settings): (fault: Omit<FaultEvent, "status">) => void {
  return (fault) => tell(onEvent, { status: "fault", ...fault });
}
