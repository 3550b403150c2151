import { gemini } from "../src/dialects/gemini.ts";
import { meaning } from "./gemini-places.ts";
import { recordingLaws } from "./recording-laws.ts";

recordingLaws({
  file: "gemini.jsonl",
  dialect: gemini,
  request: { contents: [] },
  meaning,
  isKeepable,
  isPassing: (_, path) => path.includes(":stream") && !path.includes("alt=sse"),
  placeOf: (path) => path.replace(/:.*$/, ""),
});

function isKeepable(text: string, stream: boolean, request: Record<string, unknown>) {
  if (!stream && text.startsWith("[")) return false;
  const chunks = stream ? text.split(/(?:\r?\n){2}/).filter((event) => event !== "") : [text];
  if (chunks.some((chunk) => /^\s*"error":/m.test(chunk))) return false;
  // Of several candidates each has ended in its own last chunk; here there is but one, or one chunk.
  const ends = [...chunks.at(-1)!.matchAll(/"finishReason": ?"(\w+)"/g)].map(([, end]) => end);
  const holds = /"(functionCall|executableCode|inlineData)": ?\{|"text": ?"[^"]/.test(text);
  const isLimited = /"maxOutputTokens":\d/.test(JSON.stringify(request));
  return holds && ends.length > 0 &&
    ends.every((end) => end === "STOP" || (end === "MAX_TOKENS" && isLimited));
}
