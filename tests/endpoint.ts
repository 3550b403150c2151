/**
 * A provider on a free port of this machine that does exactly what a test says, byte by byte.
 *
 * Nothing here waits for a clock: a test opens a gate, or writes to a {@linkcode script}.
 */

import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { completions } from "./completions.ts";

/** One request as it arrived. */
export interface Call {
  /** 1 for the first that arrived. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, as text. */
  readonly body: string;
  /** Settles once the connection is done with: `true` if the caller left before the end. */
  readonly left: Promise<boolean>;
}

/** Parts of a body; one that throws cuts the connection. */
export type Parts = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** What a handler answers. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent in one piece, or part by part, each flushed on its own. */
  readonly body?: string | Uint8Array | Parts;
}

/** Answers a call. One that throws cuts the connection before a byte was sent. */
export type Handler = (call: Call) => Reply | Promise<Reply>;

/** A running endpoint. */
export interface Endpoint {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** The base URL for SDKs: the origin and `/v1`. */
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly calls: readonly Call[];
  /** Answers from now on by another handler. */
  answer(handler: Handler): void;
  /** Settles once so many requests have arrived. */
  arrived(count: number): Promise<void>;
  /** Cuts all connections and stops. */
  close(): Promise<void>;
}

/**
 * Starts an endpoint.
 *
 * @param handler what it answers; default: plausible chat completions made from the request alone,
 *   with an id that counts the calls.
 */
export async function startEndpoint(handler: Handler = completions): Promise<Endpoint> {
  const calls: Call[] = [];
  const waiting = new Set<() => void>();
  let answering = handler;
  const server = createServer((request, response) => {
    serve(request, response, calls, () => waiting.forEach((check) => check()), answering)
      .catch(() => cut(response));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    url: `${origin}/v1`,
    calls,
    answer: (next) => void (answering = next),
    arrived: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (calls.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    close: () => stop(server),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  calls: Call[],
  arrived: () => void,
  handler: Handler,
): Promise<void> {
  const left = new Promise<boolean>((resolve) => {
    response.on("close", () => resolve(!response.writableFinished));
  });
  const body = await read(request);
  const call: Call = {
    number: calls.length + 1,
    method: request.method ?? "",
    path: request.url ?? "",
    headers: flat(request),
    body,
    left,
  };
  calls.push(call);
  arrived();
  const reply = await handler(call);
  response.writeHead(reply.status ?? 200, { ...reply.headers } as Record<string, string>);
  if (reply.body === undefined || isBytes(reply.body)) return void response.end(reply.body);
  response.flushHeaders();
  for await (const part of reply.body) {
    if (response.destroyed) return;
    const flushed = new Promise<void>((resolve) => response.write(part, () => resolve()));
    await Promise.race([flushed, left]);
  }
  response.end();
}

const isBytes = (body: unknown): body is string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array;

async function read(request: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of request as AsyncIterable<Buffer>) {
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function flat(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
}

function cut(response: ServerResponse): void {
  // In Deno destroying the response alone ends it properly, as if it were whole.
  response.socket?.destroy();
  response.destroy();
}

function stop(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}

/** A body that a test writes while it is being read. */
export interface Script extends AsyncIterable<string | Uint8Array> {
  /** Lets a part go out. */
  send(part: string | Uint8Array): void;
  /** Ends the body properly. */
  end(): void;
  /** Cuts the connection, after all that was sent. */
  cut(): void;
}

const END = Symbol("end");
const CUT = Symbol("cut");
type Step = string | Uint8Array | typeof END | typeof CUT;

/** Makes an empty body, its end still open. */
export function script(): Script {
  const steps: Step[] = [];
  let wake = () => {};
  const add = (step: Step) => {
    steps.push(step);
    wake();
  };
  return {
    send: (part) => add(part),
    end: () => add(END),
    cut: () => add(CUT),
    async *[Symbol.asyncIterator]() {
      for (let at = 0;; at++) {
        while (at >= steps.length) await new Promise<void>((resolve) => wake = resolve);
        const step = steps[at] as Step;
        if (step === END) return;
        if (step === CUT) throw new Error("cut");
        yield step;
      }
    },
  };
}
