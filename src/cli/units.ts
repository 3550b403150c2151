/**
 * Sizes, spans and times, as people write and read them.
 *
 * @module
 */

import { type Duration, readDuration } from "../options/duration.ts";
import { SPAN } from "../options/rules.ts";
import { usageError } from "./errors.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes: `998 B`, `1.2 KiB`, `34 MiB`. */
export function formatBytes(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A number with its thousands apart. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** `1 entry`, `2 entries`. */
export function entries(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "entry" : "entries"}`;
}

const SPANS: readonly (readonly [name: string, milliseconds: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

/** A span of time by its largest unit, and the next: `2 h 5 min`, `3.4 s`, `120 ms`. */
export function formatSpan(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const at = SPANS.findIndex(([, unit]) => milliseconds >= unit);
  const [[name, unit], [next, below]] = [SPANS[at]!, SPANS[at + 1]!];
  const rest = Math.floor(milliseconds % unit / below);
  const most = `${formatCount(Math.floor(milliseconds / unit))} ${name}`;
  return rest === 0 ? most : `${most} ${rest} ${next}`;
}

/** How long ago something was, roughly: `3 d`. */
export function formatAge(milliseconds: number): string {
  const [name, unit] = SPANS.find(([, unit]) => milliseconds >= unit) ?? ["s", 1000];
  return `${formatCount(Math.max(0, Math.floor(milliseconds / unit)))} ${name}`;
}

/** A time: `2026-11-25 14:03 UTC`. */
export function formatTime(at: number): string {
  const date = new Date(at);
  // A damaged entry may name a time that no calendar has.
  if (Number.isNaN(date.getTime())) return "at an unknown time";
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Reads a number of bytes. */
export function readSize(text: string, option: string): number {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = FACTORS[unit.toLowerCase()];
  if (number !== undefined && factor !== undefined) return Math.floor(Number(number) * factor);
  throw usageError(
    `${option} takes a size, such as 500MB, 1GiB or a number of bytes; it is "${text}".`,
  );
}

/** Reads a span of time, as the options of the library take them. */
export function readSpan(text: string, option: string): Duration {
  const span = /^\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (readDuration(span) !== undefined) return span as Duration;
  throw usageError(`${option} takes ${SPAN}; it is "${text}".`);
}

/** Reads a whole number. */
export function readNumber(text: string, option: string, least: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (number >= least) return number;
  throw usageError(`${option} takes a whole number from ${least}; it is "${text}".`);
}
