/**
 * Places in a body of Gemini, listed here once more and by hand: what the tests hold the dialect's
 * shape against.
 */

import { type Places, readingOf } from "./paths.ts";

/** One value, or a list of them. */
const many = (place: string): string[] => [place, `${place}.*`];
const below = (places: readonly string[], ...names: readonly string[]): string[] =>
  places.flatMap((place) => names.map((name) => `${place}.${name}`));

/** Each name in lowerCamelCase and in snake_case, in every mixture. */
export const spelt = (places: readonly string[]): string[] =>
  places.flatMap((place) =>
    place.split(".").reduce<string[]>(
      (before, name) => {
        const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        return before.flatMap((path) =>
          [...new Set([name, snake])].map((own) => path === "" ? own : `${path}.${own}`)
        );
      },
      [""],
    )
  );

const PARTS = ["systemInstruction", ...many("contents")].flatMap((content) =>
  many(`${content}.parts`)
);
const CALLS = below(PARTS, "functionCall", "toolCall", "executableCode");
const RESULTS = below(PARTS, "functionResponse", "toolResponse", "codeExecutionResult");
const RESULT_PARTS = RESULTS.flatMap((result) => many(`${result}.parts`));
const TOOLS = many("tools");
const RAG = "retrieval.vertexRagStore";
const SPEECH = "generationConfig.speechConfig";
const SPEAKERS = many(`${SPEECH}.multiSpeakerVoiceConfig.speakerVoiceConfigs`);
const VOICES = below([SPEECH, ...SPEAKERS], "voiceConfig");
const SERVERS = below(TOOLS, "mcpServers").flatMap(many);

/** All of them. */
export const places: Places = {
  defined: [
    "",
    ...spelt([
      ...many("contents"),
      "systemInstruction",
      ...PARTS,
      ...below(PARTS, "inlineData", "fileData", "videoMetadata", "mediaResolution"),
      ...below(PARTS, "speechMetadata", "audioTranscription"),
      ...below(PARTS, "audioTranscription.words").flatMap(many),
      ...CALLS,
      ...RESULTS,
      ...RESULT_PARTS,
      ...below(RESULT_PARTS, "inlineData", "fileData"),
      ...TOOLS,
      ...below(TOOLS, "functionDeclarations").flatMap(many),
      ...below(TOOLS, "codeExecution", "computerUse", "enterpriseWebSearch", "exaAiSearch"),
      ...below(TOOLS, "fileSearch", "googleMaps", "googleMaps.groundingTypes"),
      ...below(TOOLS, "googleMaps.groundingTypes.places", "googleMaps.groundingTypes.routing"),
      ...below(TOOLS, "googleSearch", "googleSearch.searchTypes", "googleSearch.timeRangeFilter"),
      ...below(TOOLS, "googleSearch.searchTypes.imageSearch", "googleSearch.searchTypes.webSearch"),
      ...below(TOOLS, "googleSearchRetrieval", "googleSearchRetrieval.dynamicRetrievalConfig"),
      ...SERVERS,
      ...below(SERVERS, "streamableHttpTransport"),
      ...below(TOOLS, "parallelAiSearch", "urlContext", "retrieval", "retrieval.vertexAiSearch"),
      ...below(TOOLS, "retrieval.vertexAiSearch.dataStoreSpecs").flatMap(many),
      ...below(TOOLS, RAG, `${RAG}.ragRetrievalConfig`, `${RAG}.ragRetrievalConfig.filter`),
      ...below(TOOLS, `${RAG}.ragResources`).flatMap(many),
      ...below(TOOLS, `${RAG}.ragRetrievalConfig.hybridSearch`),
      ...below(TOOLS, `${RAG}.ragRetrievalConfig.ranking`),
      ...below(TOOLS, `${RAG}.ragRetrievalConfig.ranking.llmRanker`),
      ...below(TOOLS, `${RAG}.ragRetrievalConfig.ranking.rankService`),
      ...below(TOOLS, "retrieval.externalApi", "retrieval.externalApi.elasticSearchParams"),
      ...below(TOOLS, "retrieval.externalApi.simpleSearchParams"),
      "toolConfig",
      "toolConfig.functionCallingConfig",
      "toolConfig.retrievalConfig",
      "toolConfig.retrievalConfig.latLng",
      ...many("safetySettings"),
      "modelArmorConfig",
      "generationConfig",
      "generationConfig.audioTranscriptionConfig",
      "generationConfig.audioTranscriptionConfig.languageAuto",
      "generationConfig.audioTranscriptionConfig.languageHints",
      "generationConfig.imageConfig",
      "generationConfig.imageConfig.imageOutputOptions",
      "generationConfig.modelConfig",
      "generationConfig.thinkingConfig",
      "generationConfig.translationConfig",
      ...many("generationConfig.responseFormat"),
      ...below(many("generationConfig.responseFormat"), "audio", "image", "text", "video"),
      "generationConfig.routingConfig",
      "generationConfig.routingConfig.autoMode",
      "generationConfig.routingConfig.manualMode",
      SPEECH,
      `${SPEECH}.multiSpeakerVoiceConfig`,
      ...SPEAKERS,
      ...VOICES,
      ...below(VOICES, "prebuiltVoiceConfig", "replicatedVoiceConfig"),
      ...below(VOICES, "replicatedVoiceConfig.voiceConsentSignature"),
    ]),
  ],
  leftOut: ["labels"],
  secret: spelt([
    ...below(SERVERS, "streamableHttpTransport.headers"),
    ...below(TOOLS, "googleMaps.authConfig", "exaAiSearch.apiKey", "parallelAiSearch.apiKey"),
    ...below(TOOLS, "retrieval.externalApi.apiAuth", "retrieval.externalApi.authConfig"),
  ]),
  calls: spelt(below(CALLS, "id")),
  results: spelt(below(RESULTS, "id")),
};

export const { spots, meaning } = readingOf(places);
