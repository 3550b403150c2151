/**
 * A reader as the body of a Response.
 *
 * No `tee()`: it keeps reading after one side has cancelled. No TransformStream: its cancel hook does
 * not fire in Chromium and Firefox. No `ReadableStream.from`: Chromium has none.
 *
 * @module
 */

import type { Reader } from "./flight.ts";

/**
 * Makes a body stream that pulls only when someone reads.
 *
 * @param reader gives the chunks; `leave` is called once, when the body ends, fails or is cancelled.
 * @param signal errors the body when it aborts, as the Fetch standard has it.
 */
export function bodyStream(
  reader: Reader<Uint8Array>,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  let controller: ReadableStreamDefaultController<Uint8Array> | ReadableByteStreamController;
  let left = false;
  const onAbort = () => {
    leave(signal?.reason);
    controller.error(signal?.reason);
  };
  function leave(reason?: unknown): void {
    if (left) return;
    left = true;
    signal?.removeEventListener("abort", onAbort);
    reader.leave(reason);
  }
  return new ReadableStream<Uint8Array>({
    ...(givesByteStreams() && { type: "bytes" }),
    start(own: typeof controller) {
      controller = own;
      // The signal may have aborted since the answer was waited for.
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
    },
    async pull(own: typeof controller) {
      try {
        const chunk = await nextFilled(reader);
        if (left) return;
        // A byte stream takes the buffer away from whoever enqueues it, and other readers have it too.
        if (chunk) return own.enqueue(new Uint8Array(chunk));
        leave();
        own.close();
        if ("byobRequest" in own) own.byobRequest?.respond(0);
      } catch (error) {
        if (left) return;
        leave(error);
        own.error(error);
      }
    },
    cancel: leave,
  } as UnderlyingDefaultSource<Uint8Array>, { highWaterMark: 0 });
}

/** An empty chunk is an error to a byte stream. */
async function nextFilled(reader: Reader<Uint8Array>): Promise<Uint8Array | null> {
  for (;;) {
    const chunk = await reader.next();
    if (chunk === null || chunk.length > 0) return chunk;
  }
}

let byteStreams: boolean | undefined;

/** Whether this runtime's own responses have byte streams as bodies: ours are to be like them. */
function givesByteStreams(): boolean {
  if (byteStreams !== undefined) return byteStreams;
  try {
    new Response(new Uint8Array(1)).body!.getReader({ mode: "byob" }).releaseLock();
    byteStreams = true;
  } catch {
    byteStreams = false;
  }
  return byteStreams;
}
