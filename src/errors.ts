/**
 * The one error class of the library. Wrong arguments are the built-in TypeError and RangeError.
 *
 * @module
 */

/** What went wrong, for programs. */
export type LlmcacheErrorCode =
  /** In `replay` mode the request was not recorded. */
  | "llmcache_replay_miss"
  /** A store took longer than `storeTimeout`. */
  | "llmcache_store_timeout"
  /** A store answered with something that is not bytes. */
  | "llmcache_store_value"
  /** What a store returned is not, or no longer, the entry that was recorded. */
  | "llmcache_entry_damaged"
  /** Entries that were to be removed are still there. */
  | "llmcache_not_removed"
  /** The cache was closed, and then asked for its entries. */
  | "llmcache_closed";

/**
 * An error of the cache itself: the replay miss that was asked for, the cause in a fault event, or what
 * stood in the way of upkeep.
 *
 * @example
 * ```ts
 * import { LlmcacheError } from "@x/llmcache";
 *
 * const isReplayMiss = (error: unknown) =>
 *   error instanceof LlmcacheError && error.code === "llmcache_replay_miss";
 * ```
 */
export class LlmcacheError extends Error {
  /** Always `LlmcacheError`. */
  override readonly name: string = "LlmcacheError";
  /** What went wrong, one of a closed list. */
  readonly code: LlmcacheErrorCode;

  /**
   * Makes an error.
   *
   * @param code what went wrong.
   * @param message the sentence for people: the state, what was expected, what to do.
   * @param options `cause`: the error behind this one.
   */
  constructor(code: LlmcacheErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
