/**
 * A limit on how long a store, or the user's own code, is waited for.
 *
 * @module
 */

import { LlmcacheError } from "../errors.ts";
import type { Wait } from "../options/options.ts";

/**
 * Waits no longer than `timeout` milliseconds.
 *
 * @param errorOf makes what is thrown when they have passed.
 * @throws {LlmcacheError} then, unless told otherwise.
 */
export async function within<T>(
  promise: PromiseLike<T>,
  timeout: number,
  wait: Wait,
  errorOf: (timeout: number) => Error = storeTimeout,
): Promise<T> {
  const settled = new AbortController();
  const late = wait(timeout, settled.signal).then(() => {
    throw errorOf(timeout);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {});
    settled.abort();
  }
}

function storeTimeout(timeout: number): LlmcacheError {
  return new LlmcacheError(
    "llmcache_store_timeout",
    `The store did not answer within ${timeout} ms (option \`storeTimeout\`).`,
  );
}
