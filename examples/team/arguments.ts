import OpenAI from "openai";
import type { Provider } from "./provider.ts";

/** Reads the command line. */
export function readArguments(words: readonly string[]): { readonly fresh: boolean } {
  const unknown = words.find((word) => word !== "--fresh");
  if (unknown === undefined) return { fresh: words.length > 0 };
  throw new Error(`"${unknown}" means nothing here. There is one option: npm start -- --fresh`);
}

/** Says in a sentence what went wrong. */
export function complain(error: unknown, provider?: Provider): void {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OpenAI.APIConnectionError) {
    console.error(`\nThe provider could not be reached: ${message} (${why(error.cause)})`);
  } else if (error instanceof OpenAI.APIError && error.code !== "llmcache_replay_miss") {
    console.error(`\nThe provider refused, model ${provider?.model}: ${message}`);
  } else {
    console.error(`\n${message}`);
  }
}

/** The innermost cause: the ones around it say no more than that it failed. */
function why(error: unknown): string {
  if (!(error instanceof Error)) return "no reason given";
  return error.cause instanceof Error ? why(error.cause) : error.message;
}
