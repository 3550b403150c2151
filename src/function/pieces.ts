/**
 * The pieces of a function's answer: JSON values, each beside its line of text.
 *
 * @module
 */

import type { Reader, Source } from "../flight/flight.ts";
import { toJson } from "../bytes/json.ts";
import { pacedReader, type Pacing } from "../replay.ts";

/** One value of an answer. */
export interface Piece {
  readonly value: unknown;
  /** Its line of JSON; none where JSON would change it. */
  readonly line?: Uint8Array | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether a value is to be iterated. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof Object(value)[Symbol.asyncIterator] === "function";
}

/** A function's answer as a source of pieces: one, or each value of the iterable. */
export function sourceOf(answer: unknown): Source<Piece> {
  if (!isAsyncIterable(answer)) {
    const rest = [pieceOf(answer)];
    return { read: () => Promise.resolve(rest.shift() ?? null), cancel() {} };
  }
  const iterator = answer[Symbol.asyncIterator]();
  return {
    async read() {
      const result = await iterator.next();
      return result.done ? null : pieceOf(result.value);
    },
    cancel() {
      // A generator's return waits for the value under way; nobody waits for it here.
      Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

function pieceOf(value: unknown): Piece {
  const json = toJson(value);
  return { value, line: json === undefined ? undefined : encoder.encode(`${json}\n`) };
}

/** Who joined a call gets values of their own. */
export function copyOf({ value, line }: Piece): unknown {
  return line ? JSON.parse(decoder.decode(line)) : value;
}

/**
 * Reads pieces as an async generator of their values.
 *
 * @param onEnd told the bytes when the reading ends, however it ends.
 */
export async function* valuesOf(
  reader: Reader<Piece>,
  copies: boolean,
  onEnd: (bytes: number) => void,
): AsyncGenerator<unknown> {
  let bytes = 0;
  try {
    for (;;) {
      const piece = await reader.next();
      if (piece === null) return;
      bytes += piece.line?.length ?? 0;
      yield copies ? copyOf(piece) : piece.value;
    }
  } finally {
    reader.leave();
    onEnd(bytes);
  }
}

/** A stored answer as an async generator of its values. */
export async function* linesOf(answer: Uint8Array, pacing?: Pacing): AsyncGenerator<unknown> {
  if (pacing) return yield* pacedLines(answer, pacing);
  for (const line of decoder.decode(answer).split("\n")) {
    if (line) yield JSON.parse(line);
  }
}

async function* pacedLines(answer: Uint8Array, pacing: Pacing): AsyncGenerator<unknown> {
  const reader = pacedReader(answer, pacing);
  try {
    for (let line = await reader.next(); line; line = await reader.next()) {
      yield JSON.parse(decoder.decode(line));
    }
  } finally {
    reader.leave();
  }
}

/**
 * A promise that can be iterated too, so that it fits wherever the function's own answer did.
 *
 * @param streams whether it is most likely to be iterated, maybe later, and a failure learnt by that.
 */
export function iterable(answer: unknown, streams: boolean): unknown {
  if (!(answer instanceof Promise)) return answer;
  if (streams) answer.catch(() => {});
  return Object.assign(answer, {
    [Symbol.asyncIterator]() {
      // Whoever iterates learns a failure by iterating.
      answer.catch(() => {});
      return iterateLater(answer);
    },
  });
}

async function* iterateLater(answer: Promise<unknown>): AsyncGenerator<unknown> {
  const values = await answer;
  if (!isAsyncIterable(values)) {
    throw new TypeError("llmcache: the function's answer is one value, not a stream of them.");
  }
  yield* values;
}
