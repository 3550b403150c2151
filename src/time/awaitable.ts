/**
 * Values that may be there at once: a store that answers at once is not waited for, because each turn
 * of the microtask queue is a part of what a hit costs.
 *
 * @module
 */

import type { Awaitable } from "../store.ts";

/** Whether a value has to be waited for. */
export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}

/** Goes on with a value: at once where it is there, else when it is. */
export function andThen<T, U>(
  value: Awaitable<T>,
  next: (value: T) => Awaitable<U>,
): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}
