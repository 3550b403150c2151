import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import { type Awaitable, type CacheStore, type Claim, createCache } from "@x/llmcache";
import { bunFileStore } from "@x/llmcache/bun-file";
import { memoryStore } from "@x/llmcache/memory";
import { nodeFsStore } from "@x/llmcache/node-fs";

async function* keys(): AsyncGenerator<string> {}
const bytes = new Uint8Array();

// A store may answer at once or later, verb by verb.
const sync = { get: () => bytes, set: () => {}, delete: () => {}, keys };
const async = {
  get: () => Promise.resolve(bytes),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  keys,
};
expectAssignable<CacheStore>(sync);
expectAssignable<CacheStore>(async);
expectAssignable<CacheStore>({ ...sync, set: async.set });
expectAssignable<CacheStore>({ ...sync, get: () => null });
expectAssignable<CacheStore>({ ...sync, head: () => bytes, close: () => Promise.resolve() });
expectAssignable<CacheStore>({ ...async, head: (_key: string, _bytes: number) => async.get() });
expectAssignable<CacheStore>({ ...sync, getMany: (keys: string[]) => keys.map(() => null) });
expectAssignable<Claim>({ renew: () => true, release: () => {} });
expectAssignable<Claim>({
  renew: (ms: number) => async.set().then(() => ms > 0),
  release: async.set,
});
expectAssignable<CacheStore>({ ...async, claim: () => Promise.resolve(null) });
createCache({ store: sync });
createCache({ store: async });

// What is no store is refused.
expectNotAssignable<CacheStore>({ get: sync.get, set: sync.set });
expectNotAssignable<CacheStore>({ ...sync, get: () => "text" });
expectNotAssignable<CacheStore>({ ...sync, get: () => undefined });
expectNotAssignable<CacheStore>({ ...sync, keys: () => ["key"] });
expectNotAssignable<CacheStore>({ ...sync, getMany: () => bytes });
expectNotAssignable<CacheStore>({ ...sync, claim: () => true });
expectNotAssignable<CacheStore>({ ...sync, claim: () => ({ release() {} }) });
expectError(createCache({ store: new Map<string, Uint8Array>() }));

expectType<Awaitable<Uint8Array | null>>(memoryStore().get("key"));
expectAssignable<CacheStore>(memoryStore());
expectAssignable<CacheStore>(nodeFsStore({ dir: "/tmp/cache" }));
expectAssignable<CacheStore>(bunFileStore({ dir: "/tmp/cache" }));
expectError(nodeFsStore({ dir: 1 }));
expectError(nodeFsStore({ directory: "/tmp/cache" }));
expectError(bunFileStore({ dir: 1 }));
