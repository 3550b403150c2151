import { expectAssignable, expectError, expectType } from "tsd";
import { cachedChat, createCache } from "@x/llmcache";

interface Request {
  model: string;
  prompt: string;
}
interface Answer {
  text: string;
}

declare const promised: (request: Request) => Promise<Answer>;
declare const streamed: (request: Request) => Promise<AsyncIterable<Answer>>;
declare const iterated: (request: Request) => AsyncIterable<Answer>;
async function* generated(_request: Request): AsyncGenerator<Answer> {}

// A function keeps its type, whichever way it answers.
expectType<(request: Request) => Promise<Answer>>(cachedChat(promised));
expectType<(request: Request) => Promise<AsyncIterable<Answer>>>(cachedChat(streamed));
expectType<(request: Request) => AsyncIterable<Answer>>(cachedChat(iterated));
expectType<typeof generated>(cachedChat(generated));
expectType<typeof promised>(createCache({ namespace: "local" }).chat(promised));

expectType<Promise<Answer>>(cachedChat(promised)({ model: "m", prompt: "hello" }));
expectAssignable<AsyncIterable<Answer>>(cachedChat(iterated)({ model: "m", prompt: "hello" }));
expectError(cachedChat(promised)({ model: "m" }));
