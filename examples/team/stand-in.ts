import { setTimeout as wait } from "node:timers/promises";
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from "@copilotkit/aimock";

// What a small hosted model takes: half a second to the first token, then 40 tokens a second.
const FIRST_TOKEN = 500;
const TOKENS_PER_SECOND = 40;
const CHARACTERS_PER_TOKEN = 4;

/** Starts an OpenAI-compatible endpoint on a free port of this machine. */
export async function startStandIn(): Promise<{ origin: string; close(): Promise<void> }> {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", chunkSize: CHARACTERS_PER_TOKEN });
  const streamingProfile = { ttft: FIRST_TOKEN, tps: TOKENS_PER_SECOND, jitter: 0.2 };
  mock.on({}, answer, { streamingProfile });
  await mock.start();
  return { origin: mock.url, close: () => mock.stop() };
}

async function answer(request: ChatCompletionRequest): Promise<FixtureResponse> {
  const response = decide(request);
  // A streamed answer is paced by its profile; a whole one comes when its last token would.
  const tokens = JSON.stringify(response).length / CHARACTERS_PER_TOKEN;
  if (!request.stream) await wait(FIRST_TOKEN + 1000 * tokens / TOKENS_PER_SECOND);
  return response;
}

/** Looks up one bridge after the other, then sums up; the writer gets a text. */
function decide({ tools, messages }: ChatCompletionRequest): FixtureResponse {
  if (!tools) return { content: STORY };
  const asked = messages.filter(({ role }) => role === "tool").length;
  const name = ["Brooklyn Bridge", "Golden Gate Bridge"][asked];
  if (!name) return { content: SUMMARY };
  return { toolCalls: [{ name: "look_up_bridge", arguments: JSON.stringify({ name }) }] };
}

const SUMMARY = `Brooklyn Bridge opened in 1883; its longest span is 486 m.
Golden Gate Bridge opened in 1937; its longest span is 1,280 m.`;

const STORY = "In 1883 Brooklyn Bridge leapt 486 metres in a single bound. " +
  "Golden Gate Bridge, born 54 years later, went almost three times as far. " +
  "Both still carry thousands home every evening.";
