/**
 * Places in the bodies of the formats that ask for vectors, listed here once more and by hand: what
 * the tests hold the dialects' shapes against.
 */

import { gatewaySecrets } from "./gateway-places.ts";
import { type Places, readingOf } from "./paths.ts";

const none = { leftOut: [], secret: [], calls: [], results: [] };

/** Of OpenAI embeddings. */
export const openaiPlaces: Places = {
  ...none,
  defined: [""],
  leftOut: ["user", "encoding_format"],
  secret: gatewaySecrets,
};

/** Of Ollama's `/api/embed`. */
export const ollamaPlaces: Places = { ...none, defined: ["", "options"], leftOut: ["keep_alive"] };

const request = (place: string): string[] =>
  ["content", "content.parts.*", "content.parts.*.inlineData", "content.parts.*.fileData"]
    .concat("embedContentConfig").map((name) => place + name);

/** Of Gemini's embedContent and batchEmbedContents. */
export const geminiPlaces: Places = {
  ...none,
  defined: ["", ...request(""), "requests.*", ...request("requests.*.")],
};

export const { meaning: openaiMeaning } = readingOf(openaiPlaces);
