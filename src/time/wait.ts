/**
 * How a pause is made where no other way is named.
 *
 * @module
 */

interface Timer {
  unref?(): unknown;
}

/** The default {@linkcode Wait}. */
export function waitByTimer(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return pause(milliseconds, signal, () => {});
}

/** The same for what is done in the background: it keeps no program from ending. */
export function restByTimer(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return pause(milliseconds, signal, (timer) => timer.unref?.());
}

function pause(
  milliseconds: number,
  signal: AbortSignal | undefined,
  begun: (timer: Timer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    begun(timer as Timer);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
