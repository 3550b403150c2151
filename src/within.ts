/**
 * A limit on how long a store is waited for.
 *
 * @module
 */

import { LlmcacheError } from "./errors.ts";
import type { Wait } from "./options.ts";

/**
 * Waits no longer than `timeout` milliseconds.
 *
 * @throws {LlmcacheError} when they have passed.
 */
export async function within<T>(promise: PromiseLike<T>, timeout: number, wait: Wait): Promise<T> {
  const settled = new AbortController();
  const late = wait(timeout, settled.signal).then(() => {
    throw new LlmcacheError(
      "llmcache_store_timeout",
      `The store did not answer within ${timeout} ms (option \`storeTimeout\`).`,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {});
    settled.abort();
  }
}
