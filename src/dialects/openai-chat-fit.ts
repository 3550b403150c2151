/**
 * A recorded stream, fitted to whether the usage is wanted.
 *
 * @module
 */

import type { Asked, JsonObject, Recorded } from "../dialect.ts";
import { createSseParser, type SseEvent } from "../bytes/sse.ts";
import { isTerminator } from "./openai-chat-record.ts";
import { isObject, parseObject } from "./reading.ts";

/**
 * Leaves out the event that only those get who asked for the usage, and nothing else.
 *
 * @returns `null` where the usage is wanted and was not recorded.
 */
export function fitUsage(answer: Uint8Array, recorded: Recorded, asked: Asked): Uint8Array | null {
  if (asked.form === "whole" || asked.usage === recorded.askedUsage) return answer;
  const events = eventsOf(answer);
  // Groq's `x_groq.usage` is in every stream, but is not what was asked for.
  if (asked.usage) return events.some(({ data }) => isObject(chunkOf(data).usage)) ? answer : null;
  const spans = events.filter(({ data }) => isUsageOnly(data)).flatMap(({ spans }) => spans);
  return spans.length === 0 ? answer : without(answer, spans);
}

function isUsageOnly(data: string): boolean {
  if (!/\[\s*\]/.test(data)) return false; // No empty array: most events need no parsing.
  const { choices, usage } = chunkOf(data);
  return Array.isArray(choices) && choices.length === 0 && isObject(usage);
}

function chunkOf(data: string): JsonObject {
  return parseObject(data) ?? {};
}

/** The events before the terminator. */
function eventsOf(answer: Uint8Array): SseEvent[] {
  const parser = createSseParser();
  const events = [...parser.push(answer), ...parser.end()];
  const end = events.findIndex(({ data }) => isTerminator(data));
  return end < 0 ? events : events.slice(0, end);
}

function without(
  bytes: Uint8Array,
  spans: readonly (readonly [number, number])[],
): Uint8Array {
  const rest = new Uint8Array(
    spans.reduce((size, [start, end]) => size - end + start, bytes.length),
  );
  let from = 0;
  let to = 0;
  for (const [start, end] of [...spans, [bytes.length, bytes.length] as const]) {
    rest.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  return rest;
}
