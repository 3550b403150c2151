import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

function chunk(n, choice) {
  const value = { id: `chatcmpl-${n}`, object: "chat.completion.chunk", created: 1, model: "m" };
  return `data: ${JSON.stringify({ ...value, choices: [{ index: 0, ...choice }] })}\n\n`;
}

function streamed(n) {
  const words = [`answer ${n}`, " in", " parts"];
  const parts = words.map((content) => chunk(n, { delta: { content }, finish_reason: null }));
  return [...parts, chunk(n, { delta: {}, finish_reason: "stop" }), "data: [DONE]\n\n"].join("");
}

function whole(n) {
  const message = { role: "assistant", content: `answer ${n}`, refusal: null };
  return JSON.stringify({
    id: `chatcmpl-${n}`,
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
}

/** For pages of another origin, such as a sandboxed frame. */
const open = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
};

/**
 * A provider of chat completions on a free port. Every answer holds the number of its call, so two
 * equal answers are one call.
 *
 * @param pages other paths it serves: path → [content type, text].
 */
export async function startUpstream(pages = {}) {
  const state = { calls: 0 };
  const server = createServer(async (request, response) => {
    const page = pages[request.url];
    if (page && request.method === "GET") {
      return response.writeHead(200, { "content-type": page[0], ...open }).end(page[1]);
    }
    if (request.method === "OPTIONS") return response.writeHead(204, open).end();
    let body = "";
    for await (const data of request.setEncoding("utf8")) body += data;
    if (!request.url.endsWith("/chat/completions")) return response.writeHead(404).end();
    const n = ++state.calls;
    // Long enough for whoever asks the same at the same time.
    if (body.includes("take your time")) await pause(500);
    const { stream } = JSON.parse(body);
    const type = stream ? "text/event-stream" : "application/json";
    response.writeHead(200, { "content-type": type, "x-request-id": `req_${n}`, ...open });
    response.end(stream ? streamed(n) : whole(n));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    baseURL: `${origin}/v1`,
    /** How many calls have come since it was last asked. */
    take() {
      const { calls } = state;
      state.calls = 0;
      return calls;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
