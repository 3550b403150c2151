/**
 * The SDK of the runtime: openai 7, and 6.49 on Node 20, which 7 does not support. The build puts a
 * link of that name beside what it compiles for Node 20.
 */
export { AzureOpenAI, default as OpenAI } from "openai";
