// `npm run playground`: sets itself up, builds, and serves examples/playground/ with a stand-in for a
// model. PORT chooses the port: what a browser keeps, it keeps for one port.
import { readFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, sep } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildPackage, demand } from "./build.mjs";
import { bundle } from "./bundle.mjs";
import { inRoot } from "./paths.mjs";
import { setUp } from "./setup.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".map": "application/json",
};

/** Where the parts of the site lie; a longer name comes before the shorter one it begins with. */
const folders = {
  "/llmcache/": inRoot("dist"),
  "/@noble/hashes/": inRoot("node_modules", "@noble", "hashes"),
  "/": inRoot("examples", "playground"),
};

/** The file for a path of the site, or nothing: no path leads out of these folders. */
function read(path) {
  const name = path === "/" ? "/index.html" : path;
  const [prefix, folder] = Object.entries(folders).find(([prefix]) => name.startsWith(prefix));
  const file = join(folder, name.slice(prefix.length));
  if (!file.startsWith(folder + sep) || !types[extname(file)]) return undefined;
  try {
    return { type: types[extname(file)], body: readFileSync(file) };
  } catch {
    return undefined;
  }
}

/** Packages that a browser gets as one file. */
async function bundledPackages() {
  const one = async (name, code) => {
    const stdin = { contents: code, resolveDir: inRoot() };
    return [name, { type: types[".js"], body: await bundle({ stdin }) }];
  };
  return new Map(
    await Promise.all([
      one("/openai.js", 'export * from "openai"; export { default } from "openai";'),
      one("/idb-keyval.js", 'export * from "idb-keyval";'),
    ]),
  );
}

const FIRST_TOKEN = 500;
const TOKENS_PER_SECOND = 40;

/** A model that takes its time; each of its answers has a number, so that a hit can be told. */
async function startModel() {
  const { LLMock } = await import("@copilotkit/aimock");
  const mock = new LLMock({ port: 0, host: "127.0.0.1", chunkSize: 4 });
  let calls = 0;
  const answer = async ({ messages, stream }) => {
    const question = messages.at(-1).content;
    const content =
      `This is answer number ${++calls} of a stand-in, which has read “${question}” ` +
      "and knows nothing about it. Ask the same again: the number stays, because nothing goes out.";
    if (!stream) await wait(FIRST_TOKEN + 1000 * content.length / 4 / TOKENS_PER_SECOND);
    return { content };
  };
  mock.on({}, answer, {
    streamingProfile: { ttft: FIRST_TOKEN, tps: TOKENS_PER_SECOND, jitter: 0.2 },
  });
  await mock.start();
  return { url: mock.url, close: () => mock.stop(), calls: () => calls };
}

/** Hands a call on to the model: the page and its provider have one origin, so no CORS. */
function handOn(incoming, outgoing, url) {
  const { method, headers } = incoming;
  const call = ask(new URL(incoming.url, url), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  call.on("error", () => outgoing.destroy());
  outgoing.on("close", () => call.destroy());
  incoming.pipe(call);
}

/**
 * Serves the page.
 *
 * @param port 0 takes a free one.
 * @returns its URL, how many calls the model has had, and what ends it.
 */
export async function startPlayground(port) {
  const [model, packages] = await Promise.all([startModel(), bundledPackages()]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname.startsWith("/v1/")) return handOn(request, response, model.url);
    const found = packages.get(pathname) ?? read(pathname);
    if (!found) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": found.type, "cache-control": "no-store" });
    response.end(found.body);
  });
  await new Promise((ready, failed) => server.on("error", failed).listen(port, "127.0.0.1", ready));
  return {
    url: `http://localhost:${server.address().port}/`,
    calls: model.calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await model.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp();
  demand(await buildPackage("--noCheck"));
  const port = Number(process.env.PORT || 4242);
  try {
    const { url } = await startPlayground(port);
    console.log(`The playground is at ${url} (PORT chooses another port). Ctrl-C ends it.`);
  } catch (error) {
    console.error(`The playground cannot be served at port ${port}: ${error.message}`);
    process.exit(1);
  }
}
