/** Random bodies of Gemini: every object the API defines, and many it does not. */

import fc from "fast-check";
import {
  bodiesOf,
  ids,
  leaf,
  list,
  type Members,
  numbers,
  schema,
  some,
  unknown,
  words,
} from "./bodies.ts";
import type { Json } from "./paths.ts";

/** The same with some names, at random, as they stand in the .proto file. */
function spelt(value: Json, roll: () => number): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => spelt(item, roll));
  const entries = Object.entries(value).map(([name, member]) => [
    roll() % 3 > 0 ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    spelt(member, roll),
  ]);
  return Object.fromEntries(entries);
}

/** One value, or a list of them. */
const many = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 3, arbitrary: list(value) }, { weight: 1, arbitrary: value });

const flat = some({ mimeType: words, data: words, level: numbers });
const blob = some({ inlineData: flat, fileData: flat, displayName: words });
const call = some({ id: ids, name: words, args: schema, language: words });
const result = some({
  id: ids,
  name: words,
  response: schema,
  parts: many(blob),
  willContinue: leaf,
});

const part = fc.oneof(
  some({ text: words }),
  { weight: 2, arbitrary: some({ functionCall: call, thoughtSignature: words }) },
  { weight: 2, arbitrary: some({ functionResponse: result }) },
  some({ toolCall: call, toolResponse: result }),
  some({ executableCode: call, codeExecutionResult: result }),
  some({ inlineData: flat, fileData: flat, videoMetadata: flat, mediaResolution: flat }),
  some({
    text: words,
    thought: leaf,
    speechMetadata: flat,
    partMetadata: schema,
    audioTranscription: some({ text: words, words: many(flat) }),
  }),
  words,
);
const content = some({ role: words, parts: many(part) });

const declaration = some({
  name: words,
  description: words,
  parameters: schema,
  parametersJsonSchema: schema,
  response: schema,
});
const engine = some({ apiKey: words, customConfigs: schema });
const store = some({
  ragResources: many(some({ ragCorpus: words, ragFileIds: list(words) })),
  ragRetrievalConfig: some({
    topK: numbers,
    filter: flat,
    hybridSearch: flat,
    ranking: some({ llmRanker: flat, rankService: flat }),
  }),
});
const search = some({
  timeRangeFilter: flat,
  searchTypes: some({ imageSearch: flat, webSearch: flat }),
});
const tool = fc.oneof(
  some({ functionDeclarations: many(declaration), codeExecution: flat, computerUse: flat }),
  some({ googleSearch: search, enterpriseWebSearch: flat, fileSearch: flat, urlContext: flat }),
  some({ googleSearchRetrieval: some({ dynamicRetrievalConfig: flat }) }),
  some({
    googleMaps: some({
      authConfig: schema,
      enableWidget: leaf,
      groundingTypes: some({ places: flat, routing: flat }),
    }),
  }),
  some({
    mcpServers: many(some({
      name: words,
      streamableHttpTransport: some({ url: words, headers: schema, timeout: words }),
    })),
  }),
  some({ exaAiSearch: engine, parallelAiSearch: engine }),
  some({
    retrieval: some({
      vertexAiSearch: some({ datastore: words, dataStoreSpecs: many(flat) }),
      vertexRagStore: store,
      externalApi: some({
        endpoint: words,
        apiAuth: schema,
        authConfig: schema,
        elasticSearchParams: flat,
        simpleSearchParams: flat,
      }),
    }),
  }),
);

const voiceConfig = some({
  prebuiltVoiceConfig: flat,
  replicatedVoiceConfig: some({ mimeType: words, voiceConsentSignature: flat }),
});
const generationConfig = some({
  temperature: numbers,
  maxOutputTokens: numbers,
  stopSequences: list(words),
  responseSchema: schema,
  responseJsonSchema: schema,
  responseFormat: many(
    some({ audio: flat, image: flat, text: some({ mimeType: words, schema }), video: flat }),
  ),
  thinkingConfig: flat,
  modelConfig: flat,
  translationConfig: flat,
  imageConfig: some({ aspectRatio: words, imageOutputOptions: flat }),
  routingConfig: some({ autoMode: flat, manualMode: flat }),
  audioTranscriptionConfig: some({ languageAuto: flat, languageHints: flat }),
  speechConfig: some({
    voiceConfig,
    multiSpeakerVoiceConfig: some({
      speakerVoiceConfigs: many(some({ speaker: words, voiceConfig })),
    }),
  }),
});

const optional: Members = {
  systemInstruction: content,
  tools: many(tool),
  toolConfig: some({
    functionCallingConfig: some({ mode: words, allowedFunctionNames: list(words) }),
    retrievalConfig: some({ languageCode: words, latLng: flat }),
  }),
  safetySettings: many(flat),
  generationConfig,
  modelArmorConfig: flat,
  cachedContent: words,
  continuationToken: words,
  store: fc.boolean(),
  labels: schema,
  vendor: unknown,
};

/** Bodies as `JSON.parse` gives them. */
export const bodies: fc.Arbitrary<{ [member: string]: Json }> = fc.tuple(
  bodiesOf({ contents: many(content) }, optional),
  fc.nat(),
).map(([{ contents, ...rest }, start]) => {
  let state = start;
  const roll = () => (state = (state * 48271 + 11) % 0x7fffffff) >> 8;
  return { contents: spelt(contents!, roll), ...spelt(rest, roll) as object };
});
