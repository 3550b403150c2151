import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const piece = new TextEncoder().encode(`data: ${"x".repeat(1000)}\n\n`.repeat(65));

function* pieces(bytes) {
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

/** Serves a stream of events of so many megabytes, which never says it is whole. */
export async function startFlood(megabytes) {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    // Whoever leaves early does no harm.
    pipeline(Readable.from(pieces(megabytes * 2 ** 20)), response).catch(() => {});
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1/chat/completions`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
