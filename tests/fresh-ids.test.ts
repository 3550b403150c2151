import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStore } from "../adapters/memory.ts";
import { createCache, type FaceOptions } from "../mod.ts";
import { freshId } from "../src/serving/fresh-ids.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { hash } from "./identities.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

test("fresh ids: of the same kind, the same each time, and never one that is there", () => {
  const kinds: [id: string, form: RegExp][] = [
    ["call_AbC123", /^call_[0-9a-f]{6}$/],
    ["toolu_01A09q90qw90lq917835lq9", /^toolu_[0-9a-f]{23}$/],
    ["D681PevKs", /^[0-9a-f]{9}$/],
    ["chatcmpl-tool-9f86d081884c7d659a2feaa0c55ad015", /^chatcmpl-tool-[0-9a-f]{32}$/],
    ["3f87357c-57ca-5e60-9adc-fa4b51e2d8aa", /^3f87357c-57ca-5e60-9adc-[0-9a-f]{12}$/],
    ["functions.weather:0", /^functions\.weather:\d$/],
    ["call_12345", /^call_\d{5}$/],
    ["x".repeat(200), /^[0-9a-f]{200}$/],
    ["call_", /^call_.+$/],
    ["", /^.+$/],
    ["\u{1f600}", /^\u{1f600}.+$/u],
  ];
  for (const [id, form] of kinds) {
    const fresh = freshId(id, new Set([id]), hash);
    assert.match(fresh, form);
    assert.notEqual(fresh, id);
    assert.equal(freshId(id, new Set([id]), hash), fresh);
  }
  // There are ten ids of one digit; then they grow.
  const taken = new Set(["f:0"]);
  for (let turn = 0; turn < 40; turn++) {
    const fresh = freshId("f:0", taken, hash);
    assert.match(fresh, /^f:\d+$/);
    assert.ok(!taken.has(fresh));
    taken.add(fresh);
  }
});

/** A conversation in which a tool has been called, and an answer that calls it again. */
interface Scene {
  readonly name: string;
  readonly url: string;
  /** The request, after calls with these ids. */
  request(ids: readonly string[]): object;
  /** The answer, its calls with these ids. */
  answer(ids: readonly string[]): string;
}

const sse = (events: readonly object[], end = "") =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") + end;
const calls = (ids: readonly string[]) =>
  ids.map((id, index) => ({ index, id, type: "function", function: { name: "f", arguments: "" } }));
const chat = (stream: boolean) => (ids: readonly string[]) => ({
  model: "m",
  stream,
  messages: [
    { role: "user", content: "q" },
    { role: "assistant", tool_calls: calls(ids) },
    ...ids.map((id) => ({ role: "tool", tool_call_id: id, content: "r" })),
  ],
});
const items = (ids: readonly string[]) =>
  ids.map((id) => ({
    type: "function_call",
    id: `fc_${id}`,
    call_id: id,
    name: "f",
    arguments: "",
  }));
const response = (ids: readonly string[]) => ({
  id: "resp_1",
  object: "response",
  status: "completed",
  output: [
    { type: "message", role: "assistant", content: [{ type: "output_text", text: ids.join() }] },
    ...items(ids),
    { type: "function_call", call_id: "other", caller: { type: "program", caller_id: ids[0] } },
  ],
});
const responses = (stream: boolean) => (ids: readonly string[]) => ({
  model: "m",
  stream,
  input: [
    ...items(ids),
    ...ids.map((id) => ({ type: "function_call_output", call_id: id, output: "r" })),
  ],
});
const blocks = (ids: readonly string[]) => [
  { type: "text", text: `"id":"${ids[0]}"` },
  ...ids.map((id) => ({ type: "server_tool_use", id, name: "web_search", input: { id } })),
  { type: "web_search_tool_result", tool_use_id: ids[0], content: [] },
  { type: "web_search_tool_result", tool_use_id: "earlier", content: [] },
];
const messages = (stream: boolean) => (ids: readonly string[]) => ({
  model: "m",
  stream,
  messages: [
    { role: "user", content: "q" },
    {
      role: "assistant",
      content: [...ids, "earlier"].map((id) => ({ type: "tool_use", id, name: "f", input: {} })),
    },
    {
      role: "user",
      content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: "r" })),
    },
  ],
});
const turns = (ids: readonly string[]) => ({
  contents: [
    { role: "model", parts: ids.map((id) => ({ functionCall: { id, name: "f", args: {} } })) },
    { role: "user", parts: ids.map((id) => ({ functionResponse: { id, name: "f" } })) },
  ],
});
const candidate = (ids: readonly string[]) => ({
  candidates: [{
    content: {
      role: "model",
      parts: ids.map((id) => ({ functionCall: { id, name: "f", args: { id } } })),
    },
    finishReason: "STOP",
    index: 0,
  }],
});
/** What Gemini runs itself comes with what it gave. */
const ran = (ids: readonly string[]) => ({
  candidates: [{
    content: {
      role: "model",
      parts: [
        { toolCall: { id: ids[0], toolType: "GOOGLE_SEARCH_WEB", args: { id: ids[0] } } },
        { toolResponse: { id: ids[0], toolType: "GOOGLE_SEARCH_WEB", response: { id: ids[0] } } },
        { executableCode: { id: ids[1], language: "PYTHON", code: ids[1] } },
        { codeExecutionResult: { id: ids[1], outcome: "OUTCOME_OK", output: ids[1] } },
      ],
    },
    finishReason: "STOP",
    index: 0,
  }],
});

const openai = "https://api.openai.com/v1";
const google = "https://generativelanguage.googleapis.com/v1beta/models/m";
const scenes: readonly Scene[] = [
  {
    name: "openai-chat, whole",
    url: `${openai}/chat/completions`,
    request: chat(false),
    answer: (ids) =>
      JSON.stringify({
        id: "chatcmpl-1",
        choices: [{
          index: 0,
          message: { role: "assistant", content: ids.join(), tool_calls: calls(ids) },
          finish_reason: "tool_calls",
        }],
      }),
  },
  {
    name: "openai-chat, streamed",
    url: `${openai}/chat/completions`,
    request: chat(true),
    answer: (ids) =>
      sse([
        { id: "chatcmpl-1", choices: [{ index: 0, delta: {} }] },
        ...calls(ids).map((call) => ({
          id: "chatcmpl-1",
          choices: [{ index: 0, delta: { content: call.id, tool_calls: [call] } }],
        })),
        { id: "chatcmpl-1", choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
      ], "data: [DONE]\n\n"),
  },
  {
    name: "openai-responses, whole",
    url: `${openai}/responses`,
    request: responses(false),
    answer: (ids) => JSON.stringify(response(ids)),
  },
  {
    name: "openai-responses, streamed",
    url: `${openai}/responses`,
    request: responses(true),
    answer: (ids) =>
      sse([
        { type: "response.created", response: { ...response([]), status: "in_progress" } },
        ...items(ids).map((item) => ({ type: "response.output_item.added", item })),
        ...items(ids).map((item) => ({ type: "response.output_item.done", item })),
        { type: "response.completed", response: response(ids) },
      ]),
  },
  {
    name: "anthropic-messages, whole",
    url: "https://api.anthropic.com/v1/messages",
    request: messages(false),
    answer: (ids) =>
      JSON.stringify({
        id: "msg_1",
        type: "message",
        content: blocks(ids),
        stop_reason: "end_turn",
      }),
  },
  {
    name: "anthropic-messages, streamed",
    url: "https://api.anthropic.com/v1/messages",
    request: messages(true),
    answer: (ids) =>
      sse([
        { type: "message_start", message: { id: "msg_1", content: [] } },
        ...blocks(ids).map((content_block, index) => ({
          type: "content_block_start",
          index,
          content_block,
        })),
        { type: "message_delta", delta: { stop_reason: "end_turn" } },
        { type: "message_stop" },
      ]),
  },
  {
    name: "gemini, whole",
    url: `${google}:generateContent`,
    request: turns,
    answer: (ids) => JSON.stringify(candidate(ids)),
  },
  {
    name: "gemini, streamed",
    url: `${google}:streamGenerateContent?alt=sse`,
    request: turns,
    answer: (ids) => sse([candidate(ids)]),
  },
  {
    name: "gemini, what it runs itself",
    url: `${google}:generateContent`,
    request: turns,
    answer: (ids) => JSON.stringify(ran(ids)),
  },
  {
    name: "ollama, streamed",
    url: "http://127.0.0.1:11434/api/chat",
    request: chat(true),
    answer: (ids) =>
      [
        {
          message: { role: "assistant", content: ids.join(), tool_calls: calls(ids) },
          done: false,
        },
        { message: { role: "assistant", content: "" }, done: true, done_reason: "stop" },
      ].map((line) => `${JSON.stringify(line)}\n`).join(""),
  },
];

/** Records the answer to a conversation, and asks for it with another face. */
async function played(
  scene: Scene,
  options: FaceOptions,
  [asked, answered]: readonly [asked: readonly string[], answered: readonly string[]],
  turns = 1,
): Promise<string[]> {
  const statuses: string[] = [];
  const cache = createCache({
    store: memoryStore(),
    onEvent: ({ status }) => statuses.push(status),
    fetch: () => Promise.resolve(new Response(encoder.encode(scene.answer(answered)))),
  });
  const body = JSON.stringify(scene.request(asked));
  const ask = async (face: typeof cache) =>
    decoder.decode(
      await (await face.fetch(scene.url, { method: "POST", body })).arrayBuffer(),
    );
  assert.equal(await ask(cache), scene.answer(answered), scene.name);
  const served: string[] = [];
  const face = cache.with(options);
  for (let turn = 0; turn < turns; turn++) served.push(await ask(face));
  assert.deepEqual(statuses, ["miss", ...served.map(() => "hit")], scene.name);
  return served;
}

for (const scene of scenes) {
  test(`fresh ids: ${scene.name}: an id that the conversation has already is made anew`, async () => {
    const ids = ["call_Abc1", "call_Xyz2"] as const;
    const [served, again] = await played(scene, { freshIds: true }, [ids, ids], 2);
    assert.equal(again, served, "the same each time");
    const expected = ids.map((id) => freshId(id, new Set([...ids, "earlier"]), hash));
    // Where an id stands in a text, in an argument or in another id, it is no id of a call.
    const isId = /("(?:id|call_id|caller_id|tool_use_id)":)"(call_Abc1|call_Xyz2)"/g;
    const right = scene.answer(ids).replaceAll(
      isId,
      (all, name, id, at: number, text: string) =>
        isArgument(text, at) ? all : `${name}"${expected[ids.indexOf(id)]}"`,
    );
    assert.equal(served, right);
    assert.notEqual(served, scene.answer(ids));
  });

  test(`fresh ids: ${scene.name}: what the conversation does not have stays, and all without the option`, async () => {
    const ids = ["call_Abc1", "call_Xyz2"] as const;
    const others = ["call_Other", "call_Abc12"];
    for (
      const [asked, options] of [[others, { freshIds: true }], [ids, {}], [ids, {
        freshIds: false,
      }]] as const
    ) {
      const [served] = await played(scene, options, [asked, ids]);
      assert.equal(served, scene.answer(ids));
    }
    const [half] = await played(scene, { freshIds: true }, [[ids[1]], ids]);
    const fresh = freshId(ids[1], new Set([...ids, "earlier"]), hash);
    assert.ok(half!.includes(`"${ids[0]}"`) && half!.includes(`"${fresh}"`));
  });
}

/** Whether a place lies in the arguments of a call: the same name there means something else. */
function isArgument(text: string, at: number): boolean {
  return /"(args|input|response)":\{$/.test(text.slice(0, at)) || text[at - 1] === "\\";
}

test("fresh ids: short ones are not taken for each other either", async () => {
  const [scene] = scenes;
  const all = Array.from({ length: 100 }, (_, index) => `f:${index}`);
  for (const [asked, answered] of [[all.slice(0, 4), all.slice(0, 10)], [all, all]] as const) {
    const [served] = await played(scene!, { freshIds: true }, [asked, answered]);
    const ids: string[] = JSON.parse(served!).choices[0].message.tool_calls
      .map(({ id }: { id: string }) => id);
    assert.deepEqual(ids.slice(asked.length), answered.slice(asked.length));
    assert.equal(new Set([...ids, ...answered]).size, asked.length + answered.length);
  }
});

test("usage: zero also where it is told by models, and of each candidate", async () => {
  const [chat] = scenes;
  const gemini = scenes.find(({ name }) => name === "gemini, whole");
  const usage = { prompt_tokens: 12, completion_tokens: 3 };
  const usage_breakdown = { models: [{ model: "m-8", usage }] };
  const rows = [
    [chat, { usage, usage_breakdown, x_groq: { id: "req_7", usage, usage_breakdown } }],
    [gemini, { candidates: [{ ...candidate([]).candidates[0], tokenCount: 15 }] }],
  ] as const;
  for (const [scene, more] of rows) {
    const answer = (ids: readonly string[]) =>
      JSON.stringify({ ...JSON.parse(scene!.answer(ids)), ...more }).replace(
        "[]",
        '[{"text":"a"}]',
      );
    const [served] = await played({ ...scene!, answer }, { usage: "zero" }, [[], []]);
    assert.equal(served, answer([]).replaceAll(/(?<=(tokens|tokenCount)":)\d+/g, "0"));
    assert.notEqual(served, answer([]));
  }
});

test("fresh ids: an empty one is none, and stays", async () => {
  const [whole, streamed] = scenes;
  for (const scene of [whole!, streamed!]) {
    const [served] = await played(scene, { freshIds: true }, [["", "a1"], ["", "a1", ""]]);
    const fresh = freshId("a1", new Set(["", "a1"]), hash);
    assert.equal(served, scene.answer(["", "a1", ""]).replaceAll('"id":"a1"', `"id":"${fresh}"`));
  }
});

test("fresh ids: ids and tokens are changed together, and nothing where the answer is no JSON", async () => {
  const [scene] = scenes;
  const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
  const answer = (ids: readonly string[]) =>
    `${scene!.answer(ids).slice(0, -1)},"usage":${JSON.stringify(usage)}}`;
  const both = { freshIds: true, usage: "zero" } as const;
  const [served] = await played({ ...scene!, answer }, both, [["a1"], ["a1"]]);
  const zero = '"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}';
  assert.ok(served!.includes(`"id":"${freshId("a1", new Set(["a1"]), hash)}"`));
  assert.ok(served!.endsWith(`${zero}}`));
  const [counted] = await played({ ...scene!, answer }, { freshIds: true }, [["a1"], ["a1"]]);
  assert.ok(counted!.endsWith(`${JSON.stringify(usage)}}`));

  // A dialect of the user's own may say anything of its answers.
  const dialect = {
    ...openaiChat,
    name: "own",
    record: () => ({ push: () => false, verdict: () => ({ keep: "yes" as const }) }),
  };
  for (const text of ["no JSON", '{"choices":[{"message":{"tool_calls":[{"id":a1}]}}]}', ""]) {
    const cache = createCache({
      store: memoryStore(),
      ...both,
      dialects: [dialect],
      fetch: () => Promise.resolve(new Response(encoder.encode(text || " "))),
    });
    const body = JSON.stringify(scene!.request(["a1"]));
    for (let turn = 0; turn < 2; turn++) {
      const response = await cache.fetch(scene!.url, { method: "POST", body });
      assert.equal(await response.text(), text || " ");
    }
  }
});
