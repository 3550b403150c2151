/**
 * A response cache for developers of LLM agents: put under an SDK in one line, it never makes an
 * identical call twice.
 *
 * @example
 * ```ts
 * import { cachedChat } from "@x/llmcache";
 * import OpenAI from "openai";
 *
 * const openai = cachedChat(new OpenAI({ apiKey: "sk-…" }));
 * ```
 *
 * @module
 */

export type { Answer } from "./src/flight/answer.ts";
export type { AnswerPlaces } from "./src/serving/answer-places.ts";
export { type Cache, createCache } from "./src/cache.ts";
export type { Difference, DifferenceCause } from "./src/nearest/causes.ts";
export { cachedChat, cachedFetch } from "./src/chat.ts";
export type { Ask, Cacheable, ChatClient } from "./src/client.ts";
export type { EntryFilter, EntryInfo } from "./src/upkeep/entry-info.ts";
export { LlmcacheError, type LlmcacheErrorCode } from "./src/errors.ts";
export type {
  Asked,
  Dialect,
  Form,
  JsonObject,
  Place,
  Recorded,
  Recorder,
  Shape,
  Usage,
  Verdict,
} from "./src/dialect.ts";
export type {
  BypassEvent,
  CacheEvent,
  CallFacts,
  CancelledEvent,
  CollapsedEvent,
  EventListener,
  FaultEvent,
  HitEvent,
  MissEvent,
  ReplayMissEvent,
  Saved,
  StaleEvent,
} from "./src/events.ts";
export type { Duration } from "./src/options/duration.ts";
export type { EditedDocument, KeyDocument } from "./src/identity/hooks.ts";
export type { NearestRequest } from "./src/nearest/nearest.ts";
export type { IdentityOptions } from "./src/options/identity.ts";
export type { CacheMode, FaceOptions, Pace } from "./src/options/face.ts";
export type { CacheOptions, Wait } from "./src/options/options.ts";
export type { PlainRequest } from "./src/identity/plain-request.ts";
export type { Progress, ProgressOptions } from "./src/upkeep/progress.ts";
export type { Rejectable } from "./src/reject.ts";
export type { SavingsReport } from "./src/upkeep/savings.ts";
export type { CacheStats, Sums } from "./src/upkeep/stats.ts";
export { type CacheStatus, cacheStatus } from "./src/status.ts";
export type {
  Awaitable,
  CacheStore,
  Claim,
  DaySavings,
  Ledger,
  Savings,
  Trimmed,
} from "./src/store.ts";
export type { Upkeep } from "./src/upkeep.ts";
export type { Verified } from "./src/upkeep/verify.ts";
export type { TargetKey } from "./src/identity/target.ts";
export type { Why } from "./src/why.ts";
