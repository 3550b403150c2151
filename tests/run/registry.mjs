import { createHash } from "node:crypto";
import { createServer } from "node:http";

const sha256 = (text) => `sha256-${createHash("sha256").update(text).digest("hex")}`;

/**
 * What JSR answers for a package.
 *
 * @param files its files: path from its root, with a slash before it → text.
 * @returns path → text.
 */
export function layout({ name, version, exports }, files) {
  const manifest = Object.fromEntries(
    [...files].map(([path, text]) => [
      path,
      { size: new TextEncoder().encode(text).length, checksum: sha256(text) },
    ]),
  );
  const [scope, bare] = name.slice(1).split("/");
  const meta = { scope, name: bare, latest: version, versions: { [version]: {} } };
  return new Map([
    [`/${name}/meta.json`, JSON.stringify(meta)],
    [`/${name}/${version}_meta.json`, JSON.stringify({ manifest, exports })],
    ...[...files].map(([path, text]) => [`/${name}/${version}${path}`, text]),
  ]);
}

/**
 * A static server laid out like JSR. It does not keep the program running.
 *
 * @param answers path → text.
 * @param ask answers for what is not among them, `undefined` where there is nothing.
 */
export async function startRegistry(answers, ask = () => undefined) {
  const missing = [];
  const server = createServer(async (request, response) => {
    const text = answers.get(request.url) ?? await ask(request.url);
    if (text === undefined) {
      missing.push(request.url);
      return response.writeHead(404).end();
    }
    const type = request.url.endsWith(".json") ? "application/json" : "text/typescript";
    response.writeHead(200, { "content-type": type }).end(text);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, missing, close };
}
