import type { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A server that takes down the very bytes of each request, and answers as it is told. */
export interface Wire {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Each request as it came over the wire, byte by byte as Latin-1. */
  readonly requests: string[];
  /** Answers from now on with this status line and body. */
  answer(line: string, body: string): void;
  close(): Promise<void>;
}

/** Starts one. */
export async function startWire(): Promise<Wire> {
  const requests: string[] = [];
  let reply = "";
  const answer: Wire["answer"] = (line, body) => {
    const headers = ["content-type: application/json", "x-request-id: req_1", "connection: close"];
    const length = `content-length: ${new TextEncoder().encode(body).length}`;
    reply = [`HTTP/1.1 ${line}`, ...headers, length, "", body].join("\r\n");
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let seen = "";
    socket.on("error", () => {});
    socket.on("data", (part: Buffer) => {
      seen += part.toString("latin1");
      if (!isWhole(seen)) return;
      requests.push(seen);
      seen = "";
      socket.end(reply);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** Whether a request has come to its end: by its length, or by the last chunk. */
function isWhole(request: string): boolean {
  const end = request.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = request.slice(0, end).toLowerCase();
  if (/\r\ntransfer-encoding: *chunked/.test(head)) return request.endsWith("\r\n0\r\n\r\n");
  const [, length = "0"] = /\r\ncontent-length: *(\d+)/.exec(head) ?? [];
  return request.length >= end + 4 + Number(length);
}
