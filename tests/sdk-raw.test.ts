import assert from "node:assert/strict";
import { test } from "node:test";
import { Stream } from "openai/streaming";
import { cacheStatus } from "../mod.ts";
import type { OpenAI } from "./sdk.ts";
import { all, onStage, question } from "./stage.ts";
import { alike, headersOf, steady } from "./trial.ts";

const streamed = { ...question, stream: true } as const;

/** What of a response is the same without us, on the miss and on the hit. */
function shown(response: Response): unknown {
  const { status, statusText, ok, url, redirected, bodyUsed } = response;
  const stored = ["content-type", "x-request-id"].map((name) => response.headers.get(name));
  return { status, statusText, ok, url, redirected, bodyUsed, stored };
}

/** The request id, which the SDK hangs on what it parsed, not to be enumerated. */
const idOf = (data: object): unknown => (data as { _request_id?: unknown })._request_id;

/** The ways a whole body can be read. */
const readings: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
  "json()": (response) => response.json(),
  "text()": (response) => response.text(),
  "arrayBuffer()": async (response) => new Uint8Array(await response.arrayBuffer()),
  // In Bun the blob of any response on a stream has no type.
  "blob()": async (response) => (await response.blob()).text(),
  "a clone, and then itself": async (response) => {
    const clone = response.clone();
    return [await clone.text(), await response.text()];
  },
  "new Response(body)": (response) => new Response(response.body).text(),
  "for await": async (response) => joined(await all(response.body as AsyncIterable<Uint8Array>)),
  "getReader()": async (response) => {
    const parts: Uint8Array[] = [];
    const reader = response.body!.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
    }
    await reader.closed;
    return joined(parts);
  },
  "tee()": async (response) => {
    const [left, right] = response.body!.tee();
    return [await new Response(left).text(), await new Response(right).text()];
  },
  "bodyUsed": async (response) => {
    await response.text();
    return [response.bodyUsed, await response.text().then(() => "read twice", () => "refused")];
  },
};

/** The bytes, whatever chunks they came in. */
function joined(parts: readonly Uint8Array[]): readonly number[] {
  return parts.flatMap((part) => [...part]);
}

for (const [name, read] of Object.entries(readings)) {
  test(`asResponse(): ${name}`, () =>
    alike(async (openai) => {
      const response = await openai.chat.completions.create(question).asResponse();
      assert.ok(response instanceof Response);
      const before = shown(response);
      return [before, await read(response)];
    }));
  test(`asResponse(): of a stream: ${name}`, () =>
    alike(async (openai) => {
      const response = await openai.chat.completions.create(streamed).asResponse();
      if (name === "json()") return response.text();
      return [shown(response), await read(response)];
    }));
}

test("withResponse(): data, response and request id", () =>
  alike(async (openai) => {
    const { data, response, request_id } = await openai.chat.completions.create(question)
      .withResponse();
    return [data, idOf(data), shown(response), request_id];
  }));

test("withResponse(): of a stream, and of parse()", () =>
  alike(async (openai) => {
    const stream = await openai.chat.completions.create(streamed).withResponse();
    const parsed = await openai.chat.completions.parse(question).withResponse();
    return [
      [await all(stream.data), stream.request_id],
      [parsed.data, idOf(parsed.data), parsed.request_id, shown(parsed.response)],
    ];
  }));

test("withResponse(): on a miss every header of the provider is there, and ours besides", () =>
  onStage(async ({ client, cached }) => {
    const headers = async (openai: OpenAI) => {
      const { response } = await openai.chat.completions.create(question).withResponse();
      return [headersOf(response.headers), cacheStatus(response)?.fwd];
    };
    const [bare] = await headers(client());
    assert.deepEqual(await headers(cached()), [bare, "miss"]);
  }, steady));

test("asResponse(): the URL where a redirect led", () =>
  onStage(async ({ client, cached, endpoint, out, story }) => {
    const url = async (openai: OpenAI) =>
      (await openai.chat.completions.create(question).asResponse().then(readWhole)).url;
    assert.equal(await url(client()), `${endpoint.origin}/v2/chat/completions`);
    assert.equal(await url(cached()), `${endpoint.origin}/v2/chat/completions`);
    assert.equal(await url(cached()), `${endpoint.origin}/v2/chat/completions`);
    assert.equal(out(), 4);
    assert.deepEqual(story(), ["miss", "hit"]);
  }, (call) => {
    if (call.path.startsWith("/v2/")) return steady(call);
    return { status: 307, headers: { location: "/v2/chat/completions" } };
  }));

async function readWhole(response: Response): Promise<Response> {
  await response.text();
  return response;
}

test("_request_id: none where the provider gave none", () =>
  alike(async (openai) => {
    const { data, request_id } = await openai.chat.completions.create(question).withResponse();
    return [idOf(data), request_id];
  }, {
    async handler(call) {
      const { headers: _, ...reply } = await steady(call);
      return { ...reply, headers: { "content-type": "application/json" } };
    },
  }));

test("a stream: tee(), both read at their own pace", () =>
  alike(async (openai) => {
    const [left, right] = (await openai.chat.completions.create(streamed)).tee();
    const first = await left[Symbol.asyncIterator]().next();
    return [first, await all(right)];
  }));

test("a stream: tee(), one half after the other", () =>
  alike(async (openai) => {
    const [left, right] = (await openai.chat.completions.create(streamed)).tee();
    return [await all(left), await all(right)];
  }));

test("a stream: toReadableStream() and back", () =>
  alike(async (openai) => {
    const stream = await openai.chat.completions.create(streamed);
    const controller = new AbortController();
    return all(Stream.fromReadableStream(stream.toReadableStream(), controller));
  }));

test("a stream: cannot be read twice", () =>
  alike(async (openai) => {
    const stream = await openai.chat.completions.create(streamed);
    await all(stream);
    return all(stream).then(() => "read twice", (error) => String(error));
  }));
