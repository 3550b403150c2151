import { prose } from "./cases.ts";

/** A request body to be identified, and how often one measurement does it. */
export interface KeyCase {
  readonly name: string;
  readonly url: string;
  readonly body: object;
  readonly calls: number;
  readonly rounds: number;
}

interface Api {
  readonly name: string;
  readonly url: string;
  /** A request with these messages. */
  request(texts: readonly string[]): object;
}

const role = (index: number) => index % 2 === 0 ? "user" : "assistant";

const apis: readonly Api[] = [
  {
    name: "openai-chat",
    url: "https://api.openai.com/v1/chat/completions",
    request: (texts) => ({
      model: "m",
      messages: texts.map((content, index) => ({ role: role(index), content })),
    }),
  },
  {
    name: "openai-responses",
    url: "https://api.openai.com/v1/responses",
    request: (texts) => ({
      model: "m",
      input: texts.map((content, index) => ({ type: "message", role: role(index), content })),
    }),
  },
  {
    name: "anthropic-messages",
    url: "https://api.anthropic.com/v1/messages",
    request: (texts) => ({
      model: "m",
      max_tokens: 1024,
      messages: texts.map((text, index) => ({
        role: role(index),
        content: [{ type: "text", text }],
      })),
    }),
  },
  {
    name: "openai-embeddings",
    url: "https://api.openai.com/v1/embeddings",
    request: (input) => ({ model: "m", input, encoding_format: "base64" }),
  },
  {
    name: "gemini-embed",
    url: "https://generativelanguage.googleapis.com/v1beta/models/m:batchEmbedContents",
    request: (texts) => ({
      requests: texts.map((text) => ({ model: "models/m", content: { parts: [{ text }] } })),
    }),
  },
  {
    name: "ollama-embed",
    url: "http://localhost:11434/api/embed",
    request: (input) => ({ model: "m", input }),
  },
];

const sizes = [
  { name: "1 KB", size: 1_000, calls: 300, rounds: 15 },
  { name: "50 KB", size: 50_000, calls: 20, rounds: 15 },
  { name: "1 MB", size: 1_000_000, calls: 2, rounds: 7 },
  { name: "10 MB", size: 10_000_000, calls: 1, rounds: 3 },
] as const;

/** The length of one of many small messages, in characters. */
const SMALL = 40;

/** Every format, in every size, as one long text and as many small ones. */
export function* keyCases(): Generator<KeyCase> {
  for (const { name: api, url, request } of apis) {
    for (const { name: size, size: characters, ...often } of sizes) {
      const one = [prose(characters)];
      const many = Array.from({ length: characters / (2 * SMALL) }, () => prose(SMALL));
      yield { name: `${api}, ${size} of prose`, url, body: request(one), ...often };
      yield { name: `${api}, ${size} of messages`, url, body: request(many), ...often };
    }
  }
}
