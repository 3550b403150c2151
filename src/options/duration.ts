/**
 * Spans of time, as the options take them.
 *
 * @module
 */

/**
 * A span of time: a number of seconds, or a text such as `"90s"`, `"15m"`, `"12h"`, `"7d"`, `"4w"`.
 * `Infinity` has no end.
 *
 * @example
 * ```ts
 * import { createCache, type Duration } from "@x/llmcache";
 *
 * const ttl: Duration = "7d";
 * const cache = createCache({ ttl });
 * ```
 */
export type Duration = number | `${number}${"s" | "m" | "h" | "d" | "w"}`;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/**
 * Reads a span of time.
 *
 * @returns milliseconds; `undefined` where it is none.
 */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 ? value * 1000 : undefined;
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(String(value)) ?? [];
  return number === undefined ? undefined : Number(number) * SECONDS[unit]! * 1000;
}
