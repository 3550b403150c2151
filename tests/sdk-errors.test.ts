import assert from "node:assert/strict";
import { test } from "node:test";
import { DONE, event, json } from "./completions.ts";
import type { Reply } from "./endpoint.ts";
import { sse, word } from "./scripted.ts";
import type { OpenAI } from "./sdk.ts";
import { onStage, question } from "./stage.ts";
import { failsAlike, outcome, readOut } from "./trial.ts";

const streamed = { ...question, stream: true } as const;

/** Every way to fail, and what the SDK makes of it. */
const statuses: Readonly<Record<number, string>> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  402: "APIError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  408: "APIError",
  409: "ConflictError",
  418: "APIError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
  500: "InternalServerError",
  503: "InternalServerError",
  529: "InternalServerError",
};

const whole = (openai: OpenAI) => outcome(() => openai.chat.completions.create(question));
const inParts = (openai: OpenAI) => readOut(openai.chat.completions.create(streamed));

for (const [status, name] of Object.entries(statuses)) {
  test(`errors: ${status} is ${name}, with all it tells`, async () => {
    const error = { message: "no", type: "some_type", param: "messages", code: "some_code" };
    const headers = { "x-request-id": "req_7", "retry-after": "1" };
    const handler = () => json({ error }, headers, Number(status));
    const bare = await failsAlike(handler, `miss status ${status}`, whole);
    assert.match(JSON.stringify(bare), new RegExp(`"class":"${name}"`));
    assert.match(JSON.stringify(bare), /"requestID":"req_7"/);
  });
}

const bodies: Readonly<Record<string, Reply>> = {
  "no body": {},
  "plain text": { headers: { "content-type": "text/plain" }, body: "gone fishing" },
  "HTML": { headers: { "content-type": "text/html" }, body: "<h1>Bad gateway</h1>" },
  "JSON of another shape": json({ detail: [{ loc: ["body"], msg: "field required" }] }),
};

for (const [name, reply] of Object.entries(bodies)) {
  test(`errors: a status with ${name}, whole and streamed`, async () => {
    const handler = () => ({ ...reply, status: 502 });
    await failsAlike(handler, "miss status 502", whole);
    await failsAlike(handler, "miss status 502", inParts);
  });
}

/** What looks like an answer and is none: whatever the SDK makes of it, it is not stored. */
const wholes: Readonly<Record<string, [Reply, reason: string]>> = {
  "JSON that is none": [{ ...json({}), body: '{"id":"x","choices":[' }, "unparsable"],
  "an HTML page with status 200": [bodies.HTML!, "unparsable"],
  "nothing at all": [{ ...json({}), body: [] }, "unparsable"],
  "no choices": [json({ id: "x", choices: [] }), "no-choices"],
  "an error with status 200": [json({ error: { message: "late", code: 7 } }), "error"],
  "no content": [{ status: 204 }, "empty"],
};

for (const [name, [reply, reason]] of Object.entries(wholes)) {
  test(`errors: ${name}`, () => failsAlike(() => reply, `miss ${reason}`, whole).then(() => {}));
}

const failure = { error: { message: "overloaded", type: "server_error", code: "busy" } };
const streams: Readonly<Record<string, [string, reason: string]>> = {
  "an error event": [word("half") + event(failure), "error"],
  "an event named error": [word("half") + `event: error\n${event(failure)}`, "error"],
  "an error event, and then the end": [word("half") + event(failure) + DONE, "error"],
  "an event that is no JSON": [word("half") + "data: {oh\n\n" + DONE, "unparsable"],
  "no [DONE]": [word("half") + word("", "stop"), "cut"],
  "no finish_reason": [word("half") + DONE, "unfinished"],
  "nothing but [DONE]": [DONE, "no-choices"],
  "an HTML page": ["<h1>Bad gateway</h1>", "cut"],
};

for (const [name, [body, reason]] of Object.entries(streams)) {
  test(`errors: in a stream: ${name}`, async () => {
    let stories: string[] = [];
    await onStage(async ({ client, cached, out, story }) => {
      const bare = await inParts(client());
      assert.deepEqual(await inParts(cached()), bare);
      assert.deepEqual(await inParts(cached()), bare);
      stories = story();
      assert.equal(out(), 3);
    }, () => ({ headers: sse, body }));
    // Where the SDK leaves at the error, what follows is never seen.
    for (const told of stories) {
      assert.ok([`miss ${reason}`, "miss cancelled"].includes(told), told);
    }
  });
}
