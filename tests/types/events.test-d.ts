import { expectAssignable, expectError, expectType } from "tsd";
import { cachedFetch, type CacheEvent, type LlmcacheError } from "@x/llmcache";

// Events narrow by their status.
cachedFetch({
  onEvent: (event) => {
    expectType<CacheEvent>(event);
    expectError(event.saved);
    if (event.status === "hit") {
      expectType<{ readonly milliseconds: number; readonly tokens: number }>(event.saved);
      expectType<string>(event.key);
      expectError(event.stored);
    }
    if (event.status === "miss" || event.status === "refresh") {
      expectType<boolean>(event.stored);
      expectType<string | undefined>(event.reason);
      expectError(event.saved);
    }
    if (event.status === "collapsed") {
      expectType<number>(event.milliseconds);
      expectType<number>(event.saved.tokens);
      expectError(event.stored);
    }
    if (event.status === "bypass") {
      expectType<string>(event.detail);
      expectType<string | undefined>(event.hint);
      expectType<number>(event.milliseconds);
      expectType<string | undefined>(event.dialect);
      expectError(event.bytes);
    }
    if (event.status === "stale") {
      expectType<string>(event.reason);
      expectType<number>(event.recordedAt);
      expectError(event.stored);
    }
    if (event.status === "replay-miss" || event.status === "cancelled") {
      expectType<string | undefined>(event.key);
      expectType<string>(event.url);
      expectType<number>(event.milliseconds);
      expectError(event.saved);
    }
    if (event.status === "fault") {
      expectType<unknown>(event.error);
      expectType<string | undefined>(event.key);
      expectError(event.detail);
    }
    if (event.status === "hit" || event.status === "miss" || event.status === "collapsed") {
      expectType<"whole" | "stream">(event.form);
      expectType<string>(event.namespace);
      expectType<number>(event.bytes);
      expectAssignable<{ input: number; output: number } | undefined>(event.usage);
    }
  },
});

declare const error: LlmcacheError;
expectAssignable<Error>(error);
expectAssignable<string>(error.code);
if (error.code === "llmcache_replay_miss") expectType<"llmcache_replay_miss">(error.code);
