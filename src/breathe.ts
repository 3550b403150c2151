/**
 * Lets timers and I/O have their turn: a loop of hits on a synchronous store never leaves the
 * microtask queue by itself.
 *
 * @module
 */

const LONGEST_BREATH = 5; // milliseconds; a turn costs about 0.03

let last = 0;

/** Gives way to the next macrotask if none had a chance for a while. */
export function breathe(): Promise<void> | undefined {
  const now = performance.now();
  if (now - last < LONGEST_BREATH) return undefined;
  return new Promise((resolve) => {
    const done = () => {
      last = performance.now();
      resolve();
    };
    // A timer waits a whole millisecond and more, but some edge runtimes have nothing else.
    if (typeof MessageChannel === "undefined") return void setTimeout(done, 0);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}
