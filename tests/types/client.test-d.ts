import OpenAI, { AzureOpenAI } from "openai";
import { expectAssignable, expectError, expectType } from "tsd";
import { type Cache, cachedChat, createCache } from "@x/llmcache";

class OwnOpenAI extends OpenAI {
  readonly team = "writers";
}

const plain = new OpenAI();
const azure = new AzureOpenAI();
const own = new OwnOpenAI();
declare const either: OpenAI | AzureOpenAI;

// A client keeps its very type, overloads included.
expectType<OpenAI>(cachedChat(plain));
expectType<AzureOpenAI>(cachedChat(azure));
expectType<OwnOpenAI>(cachedChat(own));
expectType<"writers">(cachedChat(own).team);
expectType<OpenAI | AzureOpenAI>(cachedChat(either));
expectType<OpenAI["chat"]["completions"]["create"]>(cachedChat(plain).chat.completions.create);
expectType<OpenAI>(cachedChat(cachedChat(plain)));

// With options, with a cache, and as a face of one.
const cache = createCache();
expectType<Cache>(cache);
expectType<OpenAI>(cachedChat(plain, { namespace: "writers" }));
expectType<OpenAI>(cachedChat(plain, cache));
expectType<OpenAI>(cache.chat(plain));
expectType<AzureOpenAI>(cache.with({ namespace: "writers" }).chat(azure));
expectType<Promise<void>>(cache.close());

// Clients of other makers need only `withOptions`.
interface OtherClient {
  withOptions(options: { fetch?: typeof fetch; timeout?: number }): OtherClient;
  ask(question: string): Promise<string>;
}
declare const other: OtherClient;
expectType<OtherClient>(cachedChat(other));

// The streamed and the whole form are told apart as the SDK does.
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "hello" }];
const whole = cachedChat(plain).chat.completions.create({ model: "m", messages });
expectAssignable<Promise<OpenAI.ChatCompletion>>(whole);
const streamed = cachedChat(plain).chat.completions.create({ model: "m", messages, stream: true });
expectAssignable<Promise<AsyncIterable<OpenAI.ChatCompletionChunk>>>(streamed);

// What is no client and no function is refused.
expectError(cachedChat("openai"));
expectError(cachedChat({ model: "m" }));
expectError(cachedChat());
expectError(cachedChat(plain, "dir"));
