import { openaiEmbeddings } from "../src/dialects/openai-embeddings.ts";
import { openaiMeaning } from "./embeddings-places.ts";
import { recordingLaws } from "./recording-laws.ts";

recordingLaws({
  file: "openai-embeddings.jsonl",
  dialect: openaiEmbeddings,
  request: { model: "m", input: ["a", "b"] },
  meaning: openaiMeaning,
  isKeepable(text, _, { input }) {
    const vectors = text.match(/"embedding": ?(\[\s*-?\d|")/g) ?? [];
    return vectors.length === [input].flat().length && !text.includes('"error"');
  },
  isPassing: () => false,
});
