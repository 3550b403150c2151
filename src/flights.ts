/**
 * One upstream call per key at a time, shared by all who ask meanwhile.
 *
 * When a call cannot be opened, its leader gets the error and one of those who joined leads the next
 * one, while the others keep waiting.
 *
 * @module
 */

import { createFlight, type Flight, type Opened, type Reader } from "./flight/flight.ts";

/** A caller aboard. */
export interface Boarded<H, T> {
  readonly head: H;
  readonly reader: Reader<T>;
  /** Whether the call was already under way. */
  readonly joined: boolean;
}

/** Who wants aboard. */
export interface Passenger {
  /** The caller's own. */
  readonly signal?: AbortSignal | undefined;
  /** How much of an answer is kept for recording and joiners, in bytes. */
  readonly maxBytes: number;
  /** Whether a call that cannot be opened is given up by those who joined too. */
  readonly sharesFailure?: boolean;
}

/** The calls under way. */
export interface Flights<H, T> {
  /**
   * Joins the call under way for `key`, or makes it.
   *
   * @param launch makes the upstream call; it gets the call's own signal.
   */
  board(
    key: string,
    launch: (signal: AbortSignal) => Promise<Opened<H, T>>,
    passenger: Passenger,
  ): Promise<Boarded<H, T>>;
}

/**
 * Keeps the calls under way.
 *
 * @param size tells the bytes of a chunk.
 */
export function createFlights<H, T>(size: (chunk: T) => number): Flights<H, T> {
  const open = new Map<string, Flight<H, T>>();
  return {
    async board(key, launch, { signal, maxBytes, sharesFailure }) {
      for (;;) {
        const joined = open.get(key);
        const flight = joined ?? createFlight(launch, { size, maxBytes }, () => {
          if (open.get(key) === flight) open.delete(key);
        });
        if (!joined) open.set(key, flight);
        const reader = flight.join();
        let isOpen = false;
        try {
          const head = await untilAborted(flight.head, signal);
          isOpen = true;
          // Who joins a call that dies before its first byte has lost nothing yet.
          if (joined) await untilAborted(reader.ready(), signal);
          return { head, reader, joined: joined !== undefined };
        } catch (error) {
          reader.leave(error);
          if (!joined || signal?.aborted || (sharesFailure && !isOpen)) throw error;
        }
      }
    },
  };
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as that aborts. */
function untilAborted<V>(promise: Promise<V>, signal: AbortSignal | undefined): Promise<V> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
