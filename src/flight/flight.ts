/**
 * One upstream call: a shared buffer that the recording and every caller read, each at its own pace.
 *
 * Demand from any reader pulls upstream, so that a paused reader does not starve the others; with
 * nobody's demand nothing is pulled. The call has an AbortController of its own, used when the last
 * reader has gone. An answer that grows over the limit is no longer recorded: what every reader has had is
 * let go, and the slowest reader paces the others.
 *
 * @module
 */

import { createBuffer } from "./buffer.ts";

/** Where chunks come from. */
export interface Source<T> {
  /** The next chunk; `null` at a clean end. Rejects when the answer fails. */
  read(): Promise<T | null>;
  /** Nobody wants the rest. */
  cancel(reason: unknown): void;
}

/** The same source after its first chunk is there; rejects where it fails before. */
export async function primed<T>(source: Source<T>): Promise<Source<T>> {
  const first = [await source.read()];
  return {
    read: () => first.length > 0 ? Promise.resolve(first.pop()!) : source.read(),
    cancel: (reason) => source.cancel(reason),
  };
}

/** Takes down what goes by. Its methods never throw: the readers must not suffer from it. */
export interface Tape<T> {
  /** The last chunk is kept back until the end is known, because only the end tells it is whole. */
  readonly holdsLast: boolean;
  /**
   * Takes a chunk before any reader gets it; `true` once nobody may join any more: the answer is whole
   * and stored, or says that the server has given up.
   */
  push(chunk: T): Promise<boolean> | boolean;
  /** The answer has come to a clean end, which readers learn afterwards; `true` if it is stored. */
  end(): Promise<boolean> | boolean;
  /** Nothing more is recorded: the answer is `cancelled`, `failed`, `too-large` … */
  drop(reason: string): void;
}

/** An upstream call that has been answered. */
export interface Opened<H, T> {
  /** What is known before the first chunk. */
  readonly head: H;
  readonly source: Source<T>;
  /** Without a tape nothing is recorded and nobody may join any more. */
  readonly tape: Tape<T> | null;
}

/** Who reads chunks, one after the other. */
export interface Reader<T> {
  /** The next chunk, maybe the same object for others; `null` at the end. */
  next(): Promise<T | null>;
  /** This caller wants no more. */
  leave(reason?: unknown): void;
}

/** A caller's place in a flight. */
export interface Seat<T> extends Reader<T> {
  /** Settled when there is a next chunk (`true`) or none will come; rejects when the call failed. */
  ready(): Promise<boolean>;
}

/** How a flight counts chunks, and up to how many bytes it keeps them. */
export interface Limits<T> {
  size(chunk: T): number;
  readonly maxBytes: number;
}

/** One upstream call and its readers. */
export interface Flight<H, T> {
  /** Settled when upstream has answered; rejects with upstream's own error. */
  readonly head: Promise<H>;
  /** Takes a place at the beginning of the answer. */
  join(): Seat<T>;
}

/** A reader's place: the index of its next chunk since the beginning. */
interface Cursor {
  at: number;
}

/**
 * Makes the upstream call.
 *
 * @param launch makes it; gets the call's own signal.
 * @param close called as soon as nobody may join any more, maybe again.
 */
export function createFlight<H, T>(
  launch: (signal: AbortSignal) => Promise<Opened<H, T>>,
  limits: Limits<T>,
  close: () => void,
): Flight<H, T> {
  const upstream = new AbortController();
  const cursors = new Set<Cursor>();
  const buffer = createBuffer(limits.size);
  let source: Source<T> | undefined;
  let tape: Tape<T> | null = null;
  let held: T | undefined;
  let total = 0;
  let windowed = false;
  let end: { readonly error?: unknown } | undefined;
  let reading: Promise<void> | undefined;
  let room: Room | undefined;

  const head = launch(upstream.signal).then((opened) => {
    ({ source, tape } = opened);
    if (end) {
      source.cancel(upstream.signal.reason);
      tape?.drop("cancelled");
    }
    if (!tape) close();
    return opened.head;
  });
  head.catch((error) => finish({ error }));

  function finish(how: { readonly error?: unknown }): void {
    end ??= how;
    close();
  }

  /** Reads one chunk for everybody. */
  async function read(): Promise<void> {
    try {
      const chunk = await source!.read();
      if (chunk === null) {
        await tape?.end();
        release();
        return finish({});
      }
      total += limits.size(chunk);
      if (total > limits.maxBytes && !windowed) openWindow();
      if (await tape?.push(chunk)) close();
      release();
      if (tape?.holdsLast) held = chunk;
      else buffer.push(chunk);
    } catch (error) {
      tape?.drop("failed");
      release();
      finish({ error });
    }
  }

  function release(): void {
    if (held !== undefined) buffer.push(held);
    held = undefined;
  }

  function openWindow(): void {
    tape?.drop("too-large");
    tape = null;
    windowed = true;
    close();
    trim();
  }

  function trim(): void {
    if (!windowed) return;
    let slowest = Infinity;
    for (const { at } of cursors) slowest = Math.min(slowest, at);
    buffer.dropBefore(slowest);
    if (!isFull()) room?.resolve();
  }

  /** An empty buffer never is, even if nothing may be kept: it has to take the next chunk. */
  function isFull(): boolean {
    return buffer.bytes > 0 && buffer.bytes >= limits.maxBytes;
  }

  async function next(cursor: Cursor): Promise<T | null> {
    if (!await ready(cursor)) return null;
    const chunk = buffer.at(cursor.at++);
    trim();
    return chunk;
  }

  async function ready(cursor: Cursor): Promise<boolean> {
    for (;;) {
      if (cursor.at < buffer.end) return true;
      if (end && "error" in end) throw end.error;
      if (end) return false;
      if (windowed && isFull()) await (room ??= createRoom()).promise;
      else await (reading ??= read().finally(() => reading = undefined));
    }
  }

  function createRoom(): Room {
    let resolve = () => {};
    const promise = new Promise<void>((done) => resolve = done).then(() => room = undefined);
    return { promise, resolve };
  }

  function leave(cursor: Cursor, reason: unknown): void {
    if (!cursors.delete(cursor)) return;
    trim();
    if (cursors.size > 0 || end) return;
    tape?.drop("cancelled");
    finish({ error: reason });
    upstream.abort(reason);
    source?.cancel(reason);
  }

  return {
    head,
    join() {
      const cursor = { at: 0 };
      cursors.add(cursor);
      return {
        ready: () => ready(cursor),
        next: () => next(cursor),
        leave: (reason) => leave(cursor, reason),
      };
    },
  };
}

/** What a reader waits for that is too far ahead of the slowest. */
interface Room {
  readonly promise: Promise<unknown>;
  readonly resolve: () => void;
}
