/**
 * The objects Gemini's API defines, and what in them is no part of the identity.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";

/** An object whose members are all values as they stand. Schemas and structs keep their order. */
const FLAT: Shape = {};

/** Google's servers take one value where a list is wanted. */
function many(shape: Shape): Shape {
  return { members: {}, ...shape, items: shape };
}

const blob: Shape = { members: { inlineData: FLAT, fileData: FLAT } };
const call: Shape = { members: { id: { callId: "call" } } };
const result: Shape = { members: { id: { callId: "result" }, parts: many(blob) } };

const part: Shape = {
  members: {
    ...blob.members,
    functionCall: call,
    functionResponse: result,
    toolCall: call,
    toolResponse: result,
    executableCode: call,
    codeExecutionResult: result,
    videoMetadata: FLAT,
    mediaResolution: FLAT,
    speechMetadata: FLAT,
    audioTranscription: { members: { words: many(FLAT) } },
  },
};
const content: Shape = { members: { parts: many(part) } };

const retrieval: Shape = {
  members: {
    vertexAiSearch: { members: { dataStoreSpecs: many(FLAT) } },
    vertexRagStore: {
      members: {
        ragResources: many(FLAT),
        ragRetrievalConfig: {
          members: {
            filter: FLAT,
            hybridSearch: FLAT,
            ranking: { members: { llmRanker: FLAT, rankService: FLAT } },
          },
        },
      },
    },
    externalApi: {
      secret: ["apiAuth", "authConfig"],
      members: { elasticSearchParams: FLAT, simpleSearchParams: FLAT },
    },
  },
};

const tool: Shape = {
  members: {
    functionDeclarations: many(FLAT),
    codeExecution: FLAT,
    computerUse: FLAT,
    enterpriseWebSearch: FLAT,
    exaAiSearch: { secret: ["apiKey"] },
    fileSearch: FLAT,
    googleMaps: {
      secret: ["authConfig"],
      members: { groundingTypes: { members: { places: FLAT, routing: FLAT } } },
    },
    googleSearch: {
      members: {
        searchTypes: { members: { imageSearch: FLAT, webSearch: FLAT } },
        timeRangeFilter: FLAT,
      },
    },
    googleSearchRetrieval: { members: { dynamicRetrievalConfig: FLAT } },
    mcpServers: many({
      members: {
        streamableHttpTransport: { secret: ["headers"], members: { url: { url: true } } },
      },
    }),
    parallelAiSearch: { secret: ["apiKey"] },
    retrieval,
    urlContext: FLAT,
  },
};

const voiceConfig: Shape = {
  members: {
    prebuiltVoiceConfig: FLAT,
    replicatedVoiceConfig: { members: { voiceConsentSignature: FLAT } },
  },
};

const generationConfig: Shape = {
  members: {
    audioTranscriptionConfig: { members: { languageAuto: FLAT, languageHints: FLAT } },
    imageConfig: { members: { imageOutputOptions: FLAT } },
    modelConfig: FLAT,
    responseFormat: many({ members: { audio: FLAT, image: FLAT, text: FLAT, video: FLAT } }),
    routingConfig: { members: { autoMode: FLAT, manualMode: FLAT } },
    speechConfig: {
      members: {
        voiceConfig,
        multiSpeakerVoiceConfig: {
          members: { speakerVoiceConfigs: many({ members: { voiceConfig } }) },
        },
      },
    },
    thinkingConfig: FLAT,
    translationConfig: FLAT,
  },
};

/** The shape of a request body. */
export const geminiShape: Shape = inBothSpellings({
  omit: ["labels"],
  members: {
    contents: many(content),
    systemInstruction: content,
    tools: many(tool),
    toolConfig: {
      members: {
        functionCallingConfig: FLAT,
        retrievalConfig: { members: { latLng: FLAT } },
      },
    },
    safetySettings: many(FLAT),
    generationConfig,
    modelArmorConfig: FLAT,
  },
});

/**
 * The shape for names in lowerCamelCase and as they stand in the .proto file: ProtoJSON parsers take
 * both (https://protobuf.dev/programming-guides/json), and people send both.
 */
function inBothSpellings({ members, items, secret, ...rest }: Shape): Shape {
  const own = Object.entries(members ?? {}).flatMap(([name, shape]) =>
    spellings(name).map((spelling) => [spelling, inBothSpellings(shape)] as const)
  );
  return {
    ...rest,
    ...(members && { members: Object.fromEntries(own) }),
    ...(items && { items: inBothSpellings(items) }),
    ...(secret && { secret: secret.flatMap(spellings) }),
  };
}

function spellings(name: string): string[] {
  return [...new Set([name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)])];
}
