import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Asked, Verdict } from "../src/dialect.ts";
import { openaiChat } from "../src/dialects/openai-chat.ts";
import { readTarget } from "../src/identity/target.ts";
import { askOf } from "./ask.ts";
import { plainCuts } from "./cuts.ts";
import { hash, identity } from "./identities.ts";
import { meaning } from "./openai-chat-places.ts";
import type { Json } from "./paths.ts";
import { type Exchange, recordedExchanges } from "./recordings.ts";
import { asking, judge } from "./verdicts.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const recordings = recordedExchanges("openai-chat.jsonl");

test("openai-chat: the recordings are recognised, and stored exactly when the rules say", () => {
  const counts: Record<string, number> = {};
  const count = (name: string) => counts[name] = (counts[name] ?? 0) + 1;
  for (const { id, path, request, response, stream } of recordings) {
    count("recordings");
    assert.ok(openaiChat.matches(readTarget(`https://x${path}`, new Map(), hash).path), id);
    const asked = request.body
      ? askOf(openaiChat, request.body)
      : asking(stream ? "stream" : "whole");
    assert.ok(asked, id);
    count("recognised");
    if (response.status !== 200) {
      count("refused: status");
      continue;
    }
    // An error answers a request for a stream as a whole.
    assert.equal(asked.form, stream ? "stream" : "whole", id);
    const bytes = encoder.encode(response.body);
    const verdict = judge([bytes], asked);
    // A slice for each byte of a long answer would take longer than all the rest.
    for (const chunks of bytes.length > 20_000 ? [] : plainCuts(bytes).slice(1, 2)) {
      assert.deepEqual(judge(chunks, asked), verdict, id);
    }
    count(verdict.keep === "yes" ? "kept" : `refused: ${verdict.reason}`);
    assert.equal(verdict.keep === "yes", isKeepable(response.body, stream, asked.limited), id);
    if (asked.form === "stream") checkFit(bytes, asked, verdict, id);
  }
  console.log(`openai-chat recordings: ${JSON.stringify(counts)}`);
});

/** The same judgement by another way: nothing but text search. */
function isKeepable(text: string, stream: boolean, limited: boolean): boolean {
  if (stream && !/^data: ?\[DONE\]\s*$/m.test(text)) return false;
  const reasons = [...text.matchAll(/"finish_reason": ?"(\w+)"/g)].map(([, reason]) => reason);
  return reasons.length > 0 && !/^(data: )?\{"error"/m.test(text) &&
    reasons.every((reason) => reason !== "length" || limited);
}

function checkFit(bytes: Uint8Array, asked: Asked, verdict: Verdict, id: string): void {
  const recorded = { askedUsage: asked.usage, ...(verdict.usage && { usage: verdict.usage }) };
  assert.equal(openaiChat.fit(bytes, recorded, asked), bytes, id);
  const other = { ...asked, usage: !asked.usage };
  const fitted = openaiChat.fit(bytes, recorded, other);
  if (!asked.usage) return assert.ok(fitted === null || fitted === bytes, id);
  const lines = (text: string) => text.split("\n\n");
  const kept = lines(decoder.decode(bytes)).filter((line) =>
    !/"choices":\s*\[\]/.test(line) || !/"usage":\s*\{/.test(line)
  );
  assert.deepEqual(lines(decoder.decode(fitted!)), kept, id);
}

test("openai-chat: no two recorded requests that differ in meaning share a key", () => {
  const asked = recordings.filter(({ request }) => request.body !== null);
  const byKey = new Map<string, Exchange[]>();
  for (const exchange of asked) {
    const key = keyOf(exchange);
    byKey.set(key, [...byKey.get(key) ?? [], exchange]);
  }
  const groups = [...byKey.values()].map(([first, ...others]) => {
    for (const other of others) assert.ok(isSame(first!, other), `${first!.id} ${other.id}`);
    return first!;
  });
  for (const [index, one] of groups.entries()) {
    for (const other of groups.slice(index + 1)) {
      assert.ok(!isSame(one, other), `needless miss: ${one.id} ${other.id}`);
    }
  }
  console.log(`openai-chat recordings: ${asked.length} requests, ${groups.length} keys`);
});

const meanings = new Map<Exchange, unknown>();

function isSame(a: Exchange, b: Exchange): boolean {
  const [one, other] = [a, b].map((exchange) => {
    if (!meanings.has(exchange)) meanings.set(exchange, meaning(exchange.request.body as Json));
    return meanings.get(exchange);
  });
  return a.provider === b.provider && a.path === b.path && isDeepStrictEqual(one, other);
}

function keyOf({ provider, path, request }: Exchange): string {
  const { target } = readTarget(`https://${provider}.example${path}`, new Map(), hash);
  return identity(JSON.stringify(request.body), { target }).key;
}
