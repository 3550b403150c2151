import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import {
  cachedFetch,
  type CacheOptions,
  type CacheStatus,
  cacheStatus,
  createCache,
  type Dialect,
  type FaceOptions,
  type Verdict,
  type Why,
} from "@x/llmcache";

// Every option of this release, with a value of its type.
expectAssignable<CacheOptions>({
  dir: "/tmp/cache",
  mode: "replay",
  namespace: "writers",
  sample: 2,
  ttl: "7d",
  staleIfError: Infinity,
  aliases: { "http://127.0.0.1:8000": "local" },
  headers: ["x-route"],
  normalize: (text) => text.trim(),
  ignore: ["body.seed"],
  key: ({ body, ...rest }) => ({ ...rest, body: { ...body, seed: undefined } }),
  storeIncomplete: true,
  storeRequest: false,
  maxBytes: 2 ** 30,
  maxEntryBytes: 1024,
  storeTimeout: 500,
  allow: ["http://127.0.0.1:9000"],
  onEvent: () => {},
  fetch: globalThis.fetch,
  now: () => 0,
  wait: () => Promise.resolve(),
  pace: 20,
});
expectAssignable<CacheOptions>({});
for (const mode of ["auto", "replay", "refresh", "off"] as const) {
  expectAssignable<FaceOptions>({ mode });
}
expectAssignable<FaceOptions>({ pace: "none" });
expectAssignable<FaceOptions>({ pace: "recorded" });
expectAssignable<FaceOptions>({ usage: "zero", freshIds: true });
expectAssignable<FaceOptions>({ shouldStore: ({ text, json }) => text !== "" && json !== null });
expectAssignable<FaceOptions>({ shouldStore: ({ id }) => Promise.resolve(id !== undefined) });
expectError(createCache({ shouldStore: () => "yes" }));
expectError(createCache({ shouldStore: true }));

expectType<Promise<number>>(createCache().reject("chatcmpl-1"));
expectType<Promise<number>>(createCache().reject({ url: "https://x.test", body: {} }));
expectType<Promise<number>>(createCache().reject(new Response()));
expectType<Promise<number>>(createCache().reject(new Headers()));
expectType<Promise<number>>(createCache().reject(new Request("https://x.test")));
expectError(createCache().reject(7));
expectError(createCache().reject());
expectError(createCache({ usage: 0 }));
expectError(createCache({ freshIds: "always" }));

// A format of one's own.
declare const dialect: Dialect;
expectAssignable<FaceOptions>({ dialects: [dialect] });
expectError(createCache({ dialects: dialect }));
expectError(createCache({ dialects: [{ name: "mine" }] }));
expectNotAssignable<Dialect>({ ...dialect, ask: () => ({ form: "part" }) });
expectNotAssignable<Verdict>({ keep: true });

// Wrong values.
expectError(createCache({ mode: "record" }));
expectError(createCache({ namespace: 1 }));
expectError(createCache({ sample: "2" }));
expectError(createCache({ ttl: "7 days" }));
expectError(createCache({ ttl: "a week" }));
expectError(createCache({ staleIfError: true }));
expectError(createCache({ storeTimeout: "2s" }));
expectError(createCache({ maxBytes: "2 GiB" }));
expectError(createCache().with({ maxBytes: 1024 }));
expectError(createCache({ maxEntryBytes: "32 MiB" }));
expectError(createCache({ aliases: ["http://127.0.0.1:8000"] }));
expectError(createCache({ allow: "http://127.0.0.1:9000" }));
expectError(createCache({ storeIncomplete: "yes" }));
expectError(createCache({ storeRequest: "no" }));
expectError(createCache({ pace: "fast" }));
expectError(createCache({ headers: "x-route" }));
expectError(createCache({ ignore: "body.seed" }));
expectError(createCache({ normalize: (text: string) => text.length }));
expectError(createCache({ normalize: (text: string) => Promise.resolve(text) }));
expectError(createCache({ key: () => Promise.resolve({}) }));
expectError(createCache({ key: () => undefined }));
expectError(createCache({ key: () => "key" }));
expectAssignable<CacheOptions>({ key: (document) => document });
expectError(createCache({ now: 0 }));
expectError(createCache({ fetch: "fetch" }));
expectError(createCache({ store: {} }));
expectError(cachedFetch({ mode: true }));

// Unknown names, and options of the whole cache on one of its faces.
expectError(createCache({ modes: "auto" }));
expectError(cachedFetch({ cacheDir: "/tmp" }));
expectError(createCache().with({ nameSpace: "writers" }));
expectError(createCache().with({ dir: "/tmp" }));
expectError(createCache("/tmp"));
expectError(cachedFetch("/tmp"));
expectNotAssignable<CacheOptions>({ mode: "sometimes" });

// A cached fetch is a fetch.
expectType<typeof globalThis.fetch>(cachedFetch());
expectType<typeof globalThis.fetch>(createCache().fetch);

expectType<CacheStatus | undefined>(cacheStatus(new Response()));
expectType<CacheStatus | undefined>(cacheStatus(new Headers()));
declare const status: CacheStatus;
expectType<boolean>(status.hit);
expectType<boolean>(status.collapsed);
expectType<"miss" | "bypass" | "request" | "stale" | undefined>(status.fwd);
expectType<number | undefined>(status.ttl);
expectError(status.hit = true);

// Why a request is no hit.
const { why } = createCache();
expectType<Promise<Why>>(why(new Request("https://x.test")));
expectType<Promise<Why>>(why({ url: "https://x.test", body: { model: "m" } }));
expectError(why("https://x.test"));
expectError(why({ url: "https://x.test" }));
