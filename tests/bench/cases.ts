/** A request and its answer, and the goals for a hit: at most so many times the SDK's own floor. */
export interface Case {
  readonly name: string;
  /** The size of the prompt, in characters. */
  readonly prompt: number;
  readonly stream?: boolean;
  readonly answer: string;
  readonly type: string;
  readonly goals: Goals;
  /** How many calls have a request of their own. */
  readonly calls: number;
  /** How often these calls make one measurement: so often that it holds several garbage collections. */
  readonly repeats: number;
  readonly rounds: number;
}

/** Goals by runtime. */
export interface Goals {
  readonly node: number;
  readonly bun: number;
  readonly deno: number;
}

/** English of so many characters. */
export const prose = (size: number): string =>
  "The quick brown fox jumps over the lazy dog. ".repeat(size / 45 + 1).slice(0, size);

const one = { id: "chatcmpl-1", created: 1_790_000_000, model: "m" };

function whole(size: number): string {
  const message = { role: "assistant", content: prose(size), refusal: null };
  return JSON.stringify({
    ...one,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage: { prompt_tokens: 250, completion_tokens: 500, total_tokens: 750 },
  });
}

function streamed(chunks: number): string {
  const event = (delta: object, finish_reason: string | null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    return `data: ${JSON.stringify({ ...one, object: "chat.completion.chunk", choices })}\n\n`;
  };
  const words = Array.from({ length: chunks - 2 }, () => event({ content: " word" }, null));
  const first = event({ role: "assistant", content: "" }, null);
  return `${first}${words.join("")}${event({}, "stop")}data: [DONE]\n\n`;
}

const json = "application/json";

/** What is measured. The sizes are those of the request and of the answer. */
export const cases: readonly Case[] = [
  {
    name: "1 KB / 2 KB",
    prompt: 1_000,
    answer: whole(1_800),
    type: json,
    goals: { node: 1.7, bun: 1.8, deno: 2.2 },
    calls: 30,
    repeats: 25,
    rounds: 15,
  },
  {
    name: "50 KB / 20 KB",
    prompt: 50_000,
    answer: whole(19_800),
    type: json,
    goals: { node: 1.5, bun: 1.65, deno: 2 },
    calls: 15,
    repeats: 25,
    rounds: 15,
  },
  {
    name: "1 MB / 2 KB",
    prompt: 1_000_000,
    answer: whole(1_800),
    type: json,
    goals: { node: 1.5, bun: 1.65, deno: 2 },
    calls: 3,
    repeats: 2,
    rounds: 15,
  },
  {
    name: "102 chunks",
    prompt: 1_000,
    stream: true,
    answer: streamed(102),
    type: "text/event-stream",
    goals: { node: 1.15, bun: 1.15, deno: 1.15 },
    calls: 10,
    repeats: 10,
    rounds: 31,
  },
];
