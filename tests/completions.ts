/**
 * What a provider of chat completions answers: deterministic but for the id, which counts the calls,
 * so that two equal answers are one call.
 */

import type { Call, Reply } from "./endpoint.ts";
import { sample, type Schema } from "./sample.ts";

interface Tool {
  readonly type: "function" | "custom";
  readonly function?: { readonly name: string; readonly parameters?: Schema };
  readonly custom?: { readonly name: string };
}

interface Request {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly max_tokens?: number;
  readonly tools?: readonly Tool[];
  readonly tool_choice?: unknown;
  readonly parallel_tool_calls?: boolean;
  readonly response_format?: {
    readonly type: string;
    readonly json_schema?: { readonly schema: Schema };
  };
}

interface Message {
  readonly role: "assistant";
  readonly content: string | null;
  readonly refusal: null;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly Record<string, unknown>[];
}

interface Choice {
  readonly message: Message;
  readonly finish_reason: "stop" | "length" | "tool_calls";
}

/** The default handler of an endpoint. */
export function completions(call: Call): Reply {
  const headers = { "x-request-id": `req_${call.number}`, "openai-processing-ms": "7" };
  if (!new URL(call.path, "http://x").pathname.endsWith("/chat/completions")) {
    const error = { message: `no ${call.method} ${call.path} here`, type: "not_found", code: null };
    return json({ error }, { ...headers }, 404);
  }
  const request = JSON.parse(call.body) as Request;
  const choices = Array.from({ length: request.n ?? 1 }, (_, index) => choose(request, index));
  if (!request.stream) return json(whole(request, call.number, choices), headers);
  return events(stream(request, call.number, choices), headers);
}

/** A JSON answer. */
export function json(value: unknown, headers: Record<string, string> = {}, status = 200): Reply {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value),
  };
}

/** A stream of events, each in a chunk of its own, closed by `[DONE]`. */
export function events(values: readonly unknown[], headers: Record<string, string> = {}): Reply {
  return {
    headers: { "content-type": "text/event-stream; charset=utf-8", ...headers },
    body: [...values.map(event), DONE],
  };
}

/** One event as it goes over the wire. */
export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
/** What closes a stream. */
export const DONE = "data: [DONE]\n\n";

/** The whole answer's body. */
export function whole(request: Request, number: number, choices: readonly Choice[]): object {
  return {
    id: `chatcmpl-${number}`,
    object: "chat.completion",
    created: 1_790_000_000,
    model: request.model,
    choices: choices.map((choice, index) => ({
      index,
      message: choice.message,
      logprobs: logprobs(request, words(choice.message)),
      finish_reason: choice.finish_reason,
    })),
    usage: usage(request, choices),
    system_fingerprint: "fp_test",
  };
}

/** The events of a streamed answer, without `[DONE]`. */
export function stream(request: Request, number: number, choices: readonly Choice[]): object[] {
  const asked = request.stream_options?.include_usage === true;
  const one = (rest: object, count: unknown = null) => ({
    id: `chatcmpl-${number}`,
    object: "chat.completion.chunk",
    created: 1_790_000_000,
    model: request.model,
    system_fingerprint: "fp_test",
    ...rest,
    ...(asked ? { usage: count } : {}),
  });
  const chunks = choices.flatMap((choice, index) =>
    deltas(request, choice).map((part) => one({ choices: [{ index, ...part }] }))
  );
  return asked ? [...chunks, one({ choices: [] }, usage(request, choices))] : chunks;
}

function deltas(request: Request, { message, finish_reason }: Choice): object[] {
  const part = (delta: object, reason: string | null = null, tokens: readonly string[] = []) => ({
    delta,
    logprobs: logprobs(request, tokens),
    finish_reason: reason,
  });
  const { content, reasoning_content } = message;
  return [
    part({ role: "assistant", content: content === null ? null : "", refusal: null }),
    ...(reasoning_content ? [part({ reasoning_content })] : []),
    ...words(message).map((word) => part({ content: word }, null, [word])),
    ...(message.tool_calls ?? []).flatMap(toolDeltas).map((call) => part({ tool_calls: [call] })),
    part({}, finish_reason),
  ];
}

/** A tool call's name first, its arguments in two parts. */
function toolDeltas(call: Record<string, unknown>, index: number): object[] {
  const kind = String(call.type);
  const { name, ...rest } = call[kind] as Record<string, string>;
  const [field = "", text = ""] = Object.entries(rest)[0] ?? [];
  const middle = text.length >> 1;
  return [
    { index, id: call.id, type: kind, [kind]: { name, [field]: "" } },
    { index, [kind]: { [field]: text.slice(0, middle) } },
    { index, [kind]: { [field]: text.slice(middle) } },
  ];
}

function choose(request: Request, index: number): Choice {
  const message = { role: "assistant", refusal: null } as const;
  const tools = wantedTools(request);
  if (tools.length > 0) {
    const tool_calls = tools.map((tool, at) => callTool(tool, `call_${index}_${at}`));
    return { message: { ...message, content: null, tool_calls }, finish_reason: "tool_calls" };
  }
  const text = answerText(request, index);
  const limited = text.match(/\S+\s*/g)?.slice(0, request.max_tokens).join("") ?? "";
  const thought = request.model.startsWith("reasoner") ? { reasoning_content: "Let me see." } : {};
  return {
    message: { ...message, ...thought, content: limited },
    finish_reason: limited === text ? "stop" : "length",
  };
}

/** Each tool is called once, at the user's turn; its results are answered with text. */
function wantedTools({ tools = [], tool_choice, messages, ...request }: Request): readonly Tool[] {
  if (tool_choice === "none" || messages.at(-1)?.role === "tool") return [];
  return request.parallel_tool_calls === false ? tools.slice(0, 1) : tools;
}

function callTool(tool: Tool, id: string): Record<string, unknown> {
  if (tool.custom) return { id, type: "custom", custom: { name: tool.custom.name, input: "in" } };
  const values = JSON.stringify(sample(tool.function?.parameters ?? { type: "object" }));
  return { id, type: "function", function: { name: tool.function?.name, arguments: values } };
}

function answerText({ messages, response_format }: Request, index: number): string {
  if (response_format?.json_schema) {
    return JSON.stringify(sample(response_format.json_schema.schema));
  }
  if (response_format?.type === "json_object") return '{"ok":true}';
  const { content } = messages.at(-1) ?? {};
  const asked = typeof content === "string" ? content : JSON.stringify(content);
  return `Choice ${index} on "${asked.slice(0, 40)}", with — é and 日本 in it.`;
}

function words({ content }: Message): string[] {
  return content?.match(/\s*\S+/g) ?? [];
}

function logprobs(request: Request, tokens: readonly string[]): object | null {
  if (!request.logprobs) return null;
  const content = tokens.map((token) => ({ token, logprob: -0.5, bytes: null, top_logprobs: [] }));
  return { content, refusal: null };
}

function usage({ messages }: Request, choices: readonly Choice[]): object {
  const prompt_tokens = Math.ceil(JSON.stringify(messages).length / 4);
  const completion_tokens = choices.reduce(
    (sum, { message }) => sum + words(message).length + 5 * (message.tool_calls?.length ?? 0),
    0,
  );
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
