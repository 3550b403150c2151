/** What must hold of the recorded exchanges of every format. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { memoryStore } from "../adapters/memory.ts";
import { type CacheEvent, createCache } from "../mod.ts";
import type { BuiltIn } from "../src/batch/batch.ts";
import type { Dialect, JsonObject } from "../src/dialect.ts";
import { readTarget } from "../src/identity/target.ts";
import { askOf } from "./ask.ts";
import { plainCuts } from "./cuts.ts";
import { hash, identitiesOf } from "./identities.ts";
import type { Json } from "./paths.ts";
import { type Exchange, recordedExchanges } from "./recordings.ts";

const encoder = new TextEncoder();

/** One format, as far as its recordings go. */
export interface Recordings {
  readonly file: string;
  readonly dialect: BuiltIn;
  /** Stands for a request that was not recorded. */
  readonly request: JsonObject;
  meaning(body: Json): unknown;
  /** The rules for what is stored by another way: nothing but text search and one JSON.parse. */
  isKeepable(text: string, stream: boolean, request: JsonObject): boolean;
  /** Whether a request is not to be cached, by another way. */
  isPassing(request: JsonObject, path: string): boolean;
  /** The part of a path and its query that counts, by another way; all of it by default. */
  placeOf?(path: string): string;
}

/** Checks all of them. */
export function recordingLaws(recordings: Recordings): void {
  const { dialect, file } = recordings;
  const exchanges = recordedExchanges(file);
  const bodyOf = ({ id, stream, request }: Exchange): JsonObject =>
    request.body ?? { ...recordings.request, stream, user_of_test: id };
  verdictLaw(recordings, exchanges, bodyOf);
  keyLaw(recordings, exchanges.filter(({ request }) => request.body !== null));
  replayLaw(dialect, recordings, exchanges, bodyOf);
}

type BodyOf = (exchange: Exchange) => JsonObject;

function verdictLaw(
  { dialect, isKeepable, isPassing }: Recordings,
  exchanges: readonly Exchange[],
  bodyOf: BodyOf,
): void {
  test(`${dialect.name}: the recordings are recognised, and judged as the rules say`, () => {
    const counts: Record<string, number> = {};
    const count = (name: string) => counts[name] = (counts[name] ?? 0) + 1;
    for (const exchange of exchanges) {
      const { id, path, response, stream } = exchange;
      count("recordings");
      const place = readTarget(`https://x${path}`, new Map(), hash);
      assert.ok(dialect.matches(place.path), id);
      const body = bodyOf(exchange);
      const isOurs = !isPassing(body, path);
      const asked = askOf(dialect, body, `https://x${path}`);
      assert.ok(asked, id);
      count("recognised");
      assert.equal(dialect.bypass?.(body, place) === undefined, isOurs, id);
      if (!isOurs) count("bypass");
      if (response.status !== 200) {
        count("refused: status");
        continue;
      }
      // An error answers a request for a stream as a whole.
      if (isOurs) assert.equal(asked.form, stream ? "stream" : "whole", id);
      const bytes = encoder.encode(response.body);
      // A slice for each byte of a long answer would take longer than all the rest.
      const [first, ...others] = bytes.length > 20_000 ? [[bytes]] : plainCuts(bytes).slice(0, 2);
      const judge = (chunks: readonly Uint8Array[]) => {
        const recorder = dialect.record(asked);
        for (const chunk of chunks) recorder.push(chunk);
        return recorder.verdict(true);
      };
      const verdict = judge(first!);
      for (const chunks of others) assert.deepEqual(judge(chunks), verdict, id);
      if (isOurs) count(verdict.keep === "yes" ? "kept" : `refused: ${verdict.reason}`);
      assert.equal(verdict.keep === "yes", isKeepable(response.body, stream, body), id);
      const { usage: askedUsage, encoding = "float" } = asked;
      assert.equal(dialect.fit(bytes, { askedUsage, encoding }, asked), bytes);
    }
    console.log(`${dialect.name} recordings: ${JSON.stringify(counts)}`);
  });
}

function keyLaw(
  { dialect, meaning, placeOf = (path) => path }: Recordings,
  asked: readonly Exchange[],
): void {
  const { identity } = identitiesOf(dialect, "", "");
  const meanings = new Map(
    asked.map((exchange) => [exchange, meaning(exchange.request.body as Json)]),
  );
  const isSame = (a: Exchange, b: Exchange) =>
    a.provider === b.provider && placeOf(a.path) === placeOf(b.path) &&
    isDeepStrictEqual(meanings.get(a), meanings.get(b));
  const keyOf = ({ provider, path, request }: Exchange) => {
    const { target } = readTarget(`https://${provider}.example${path}`, new Map(), hash);
    const counted = dialect.target?.(target) ?? target;
    return identity(JSON.stringify(request.body), { target: counted }).key;
  };

  test(`${dialect.name}: no two recorded requests that differ in meaning share a key`, () => {
    const keys = new Map(asked.map((exchange) => [exchange, keyOf(exchange)]));
    for (const [index, one] of asked.entries()) {
      for (const other of asked.slice(index + 1)) {
        const shares = keys.get(one) === keys.get(other);
        assert.equal(shares, isSame(one, other), `${one.id} ${other.id}`);
      }
    }
    const distinct = new Set(keys.values()).size;
    console.log(`${dialect.name} recordings: ${asked.length} requests, ${distinct} keys`);
  });
}

function replayLaw(
  { name }: Dialect,
  { isKeepable, isPassing }: Recordings,
  exchanges: readonly Exchange[],
  bodyOf: BodyOf,
): void {
  test(`${name}: the recordings go through the cache, and come back byte for byte`, async () => {
    const store = memoryStore();
    const counts = { replayed: 0, passed: 0, again: 0 };
    for (const exchange of exchanges) {
      const { id, provider, path, stream, response } = exchange;
      const body = bodyOf(exchange);
      const events: CacheEvent[] = [];
      let out = 0;
      const upstream = () => {
        out++;
        const type = stream ? "text/event-stream" : "application/json";
        const { status } = response;
        const headers = { "content-type": type };
        return Promise.resolve(new Response(response.body, { status, headers }));
      };
      const cache = createCache({
        store,
        namespace: id,
        fetch: upstream,
        onEvent: (event) => events.push(event),
      });
      const ask = async () => {
        const answer = await cache.fetch(`https://${provider}.example${path}`, {
          method: "POST",
          body: JSON.stringify(body),
        });
        return new Uint8Array(await answer.arrayBuffer());
      };
      const expected = encoder.encode(response.body);
      assert.deepEqual(await ask(), expected, id);
      assert.deepEqual(await ask(), expected, id);
      const passes = isPassing(body, path);
      const isKept = !passes && response.status === 200 && isKeepable(response.body, stream, body);
      const statuses = events.map(({ status }) => status);
      const told = passes ? "bypass" : "miss";
      assert.deepEqual(statuses, [told, isKept ? "hit" : told], id);
      assert.equal(out, isKept ? 1 : 2, id);
      counts[isKept ? "replayed" : passes ? "passed" : "again"]++;
      await cache.close();
    }
    console.log(`${name} recordings through the cache: ${JSON.stringify(counts)}`);
  });
}
