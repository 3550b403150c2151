// The providers that the clients talk to: one server, every wire format, each client below a path of
// its own, so that its calls are counted apart.
import { createServer, request as ask } from "node:http";
import { LLMock } from "@copilotkit/aimock";
import { embed } from "./embeddings.mjs";

const text = (content) =>
  typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join("");

const cities = ["Paris", "Oslo"];
const place = { city: "Paris", country: "France" };

/** What the model says: it uses the tools it is given, one step at a time, and then sums up. */
function answer({ model, messages, tools = [] }) {
  const names = tools.map((tool) => tool.function.name);
  const asked = messages.filter(({ role }) => role === "user").map((one) => text(one.content));
  const results = messages.filter(({ role }) => role === "tool").map((one) => text(one.content))
    .filter((result) => /degrees/.test(result));
  // To Gemini a call of a tool is no reason to finish.
  const how = model.startsWith("gemini") ? { finishReason: "stop" } : {};
  const callTool = (name, input) => ({
    toolCalls: [{ name, arguments: JSON.stringify(input) }],
    ...how,
  });
  const handOff = names.find((name) => name.startsWith("transfer_to_"));
  if (handOff) return callTool(handOff, {});
  const weather = names.find((name) => /weather/i.test(name));
  const city = cities[results.length];
  if (weather && city) return callTool(weather, { city });
  if (/as JSON/.test(asked.at(-1) ?? "")) {
    return !weather && names[0] ? callTool(names[0], place) : { content: JSON.stringify(place) };
  }
  if (results.length > 0) return { content: `It is so: ${results.join("; ")}.` };
  return {
    content: `You said “${asked.at(-1)}”. That is a good one, and here is a long answer to it.`,
  };
}

/** Hands a call on without the name of its client. */
function handOn({ method, headers }, path, body, mock, response) {
  const { host: _, ...rest } = headers;
  const call = ask(mock.url + path, { method, headers: rest }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  call.on("error", () => response.destroy());
  call.end(body);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

const busy = { error: { message: "busy, try again", type: "server_error", code: 503 } };

/** Starts the server. What holds the words FAIL ONCE is refused the first time. */
export async function startProvider() {
  const mock = new LLMock({ port: 0, host: "127.0.0.1", chunkSize: 12, logLevel: "silent" });
  mock.on({ endpoint: "chat" }, answer);
  await mock.start();
  const calls = new Map();
  const failed = new Set();
  const server = createServer(async (request, response) => {
    // The stand-in knows Gemini under its older version only.
    const url = request.url.replace("/v1/models/", "/v1beta/models/");
    const [, name, path] = /^\/([^/]+)(\/.*)$/.exec(url) ?? [];
    const body = await bodyOf(request);
    if (!name) return response.writeHead(404).end();
    calls.set(name, (calls.get(name) ?? 0) + 1);
    if (body.includes("FAIL ONCE") && !failed.has(name)) {
      failed.add(name);
      const headers = { "content-type": "application/json", "retry-after-ms": "1" };
      return response.writeHead(503, headers).end(JSON.stringify(busy));
    }
    const embedded = request.method === "POST" && embed(path.replace(/[?].*/, ""), body);
    if (!embedded) return handOn(request, path, body, mock, response);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(embedded));
  });
  // Frameworks take seconds to load: a connection must not be closed while one does.
  server.keepAliveTimeout = 60_000;
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    /** The calls of each client since it was last asked. */
    take() {
      const taken = Object.fromEntries(calls);
      calls.clear();
      failed.clear();
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await mock.stop();
    },
  };
}
