import type { Cache } from "../../mod.ts";

/** What a flow is given: a provider of its own, and the cache. */
export interface Stage {
  /** The origin of the provider and the client's own path, without a slash at its end. */
  readonly url: string;
  readonly cache: Cache;
}

/** A realistic use of a client. What it returns must be the same in the second run, as JSON. */
export type Flow = (stage: Stage) => Promise<unknown>;

/** What the clients ask. */
export const WEATHER = "What is the weather in Paris and in Oslo?";
export const STORY = "Tell me a story.";
export const PLACE = "Where is Paris? Answer as JSON.";
/** The provider refuses it the first time. */
export const FLAKY = "FAIL ONCE, and then say something.";

/** The tool. */
export const weatherIn = (city: string): string => `${city} has ${city.length} degrees`;
export const weatherTool = {
  name: "get_weather",
  description: "Tells the weather in a city.",
  parameters: {
    type: "object" as const,
    properties: { city: { type: "string" as const } },
    required: ["city"],
    additionalProperties: false,
  },
};

/** The structured output that is asked for. */
export const placeSchema = {
  type: "object" as const,
  properties: { city: { type: "string" as const }, country: { type: "string" as const } },
  required: ["city", "country"],
  additionalProperties: false,
};

/** What an async iterable gives. */
export async function all<T>(
  items: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>,
): Promise<T[]> {
  const seen: T[] = [];
  for await (const item of await items) seen.push(item);
  return seen;
}
