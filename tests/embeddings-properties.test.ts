import { geminiEmbed } from "../src/dialects/gemini-embed.ts";
import { ollamaEmbed } from "../src/dialects/ollama-embed.ts";
import { openaiEmbeddings } from "../src/dialects/openai-embeddings.ts";
import { geminiBodies, ollamaBodies, openaiBodies } from "./embeddings-bodies.ts";
import { geminiPlaces, ollamaPlaces, openaiPlaces } from "./embeddings-places.ts";
import { identitiesOf } from "./identities.ts";
import { keyLaws } from "./key-laws.ts";

const formats = [
  { dialect: openaiEmbeddings, bodies: openaiBodies, places: openaiPlaces },
  { dialect: geminiEmbed, bodies: geminiBodies, places: geminiPlaces },
  { dialect: ollamaEmbed, bodies: ollamaBodies, places: ollamaPlaces },
];

for (const { dialect, bodies, places } of formats) {
  const { keyOf } = identitiesOf(dialect, "https://provider.test", "/v1/embed");
  keyLaws({ name: dialect.name, bodies, places, keyOf });
}
