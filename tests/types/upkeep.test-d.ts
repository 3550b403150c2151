import { expectAssignable, expectError, expectType } from "tsd";
import {
  type Cache,
  type CacheStats,
  createCache,
  type EntryFilter,
  type EntryInfo,
  type Progress,
  type Savings,
  type SavingsReport,
  type Upkeep,
  type Verified,
} from "@x/llmcache";

const cache = createCache();
expectAssignable<Upkeep>(cache);
expectType<AsyncIterable<EntryInfo>>(cache.entries());
expectType<Promise<number>>(cache.clear({ namespace: "", model: "m", olderThan: "7d" }));
expectType<Promise<CacheStats>>(cache.stats());
expectType<Promise<Verified>>(cache.verify({ onProgress: (_: Progress) => {} }));
expectAssignable<Parameters<Cache["entries"]>[0]>({ olderThan: 3600 });
expectAssignable<EntryFilter>({});

expectError(cache.entries({ olderThan: "a week" }));
expectError(cache.entries({ key: "ab" }));
expectError(cache.clear("all"));
expectError(cache.clear({ namespace: 1 }));
expectError(cache.verify({ progress() {} }));

declare const entry: EntryInfo;
expectType<string>(entry.key);
expectType<string | undefined>(entry.words);
expectType<number>(entry.recordedAt);
expectError(entry.model = "m");
declare const stats: CacheStats;
expectType<number | undefined>(stats.oldest);
expectType<SavingsReport>(stats.saved);
expectType<"store" | "process">(stats.saved.scope);
expectType<Savings>(stats.saved.lastWeek);
declare const verified: Verified;
expectType<readonly string[]>(verified.removed);
