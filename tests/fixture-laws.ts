/** What must hold of the answers of every format, told by fixtures of our own. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { memoryStore } from "../adapters/memory.ts";
import { createCache } from "../mod.ts";
import type { Asked, Dialect, Form, JsonObject, Verdict } from "../src/dialect.ts";
import { askOf } from "./ask.ts";
import { servingLaws } from "./serving-laws.ts";
import { brokenLaws } from "./broken-laws.ts";
import { plainCuts, randomCuts } from "./cuts.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);
/** Of all lengths the soak tries every one. */
const STEP = Number(process.env.LLMCACHE_CASES ?? 1000) < 1000 ? 5 : 1;

/** Lengths below this one: near the end, where verdicts change, all of them. */
function* endsBefore(length: number): Generator<number> {
  const offset = Math.abs(seed) % STEP;
  for (let end = 0; end < length; end++) {
    if (end % STEP === offset || end >= length - 64) yield end;
  }
}
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One format, as far as its fixtures go. */
export interface Fixtures {
  readonly dialect: Dialect;
  /** Of each fixture; a name begins with its form. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** A request that sets no limit. */
  readonly request: JsonObject;
  /** Where a request for a form goes. */
  url(form: Form): string;
  /** Where the data of the terminator ends: before it, nothing is kept. */
  readonly terminator?: RegExp;
  /** What a stream without a terminator may end with. */
  readonly mayEnd?: RegExp;
}

/** How a test uses the fixtures. */
export interface Judging {
  readonly names: readonly string[];
  bytes(name: string): Uint8Array;
  asking(form: Form, more?: JsonObject): Asked;
  judge(chunks: readonly Uint8Array[], asked: Asked, ended?: boolean): Verdict;
}

export const formOf = (name: string): Form => name.startsWith("stream") ? "stream" : "whole";

/** Reads the fixtures of a format. */
export function judgingOf(
  { dialect, request, url }: Pick<Fixtures, "dialect" | "request" | "url">,
): Judging {
  const folder = new URL(`./fixtures/${dialect.name}/`, import.meta.url);
  return {
    names: readdirSync(folder).map((file) => file.replace(/\.txt$/, "")).sort(),
    bytes: (name) => new Uint8Array(readFileSync(new URL(`${name}.txt`, folder))),
    asking: (form, more = {}) =>
      askOf(dialect, { ...request, stream: form === "stream", ...more }, url(form))!,
    judge(chunks, asked, ended = true) {
      const recorder = dialect.record(asked);
      for (const chunk of chunks) recorder.push(chunk);
      return recorder.verdict(ended);
    },
  };
}

/** Checks all of them. */
export function fixtureLaws(fixtures: Fixtures): void {
  const { dialect, verdicts, terminator, mayEnd } = fixtures;
  const { name: api } = dialect;
  const { names, bytes, asking, judge } = judgingOf(fixtures);

  test(`${api}: every fixture has its verdict, however it is cut`, () => {
    assert.deepEqual(names, Object.keys(verdicts).sort());
    for (const name of names) {
      const asked = asking(formOf(name));
      const check = (chunks: Uint8Array[]) =>
        assert.deepEqual(judge(chunks, asked), verdicts[name], name);
      plainCuts(bytes(name)).forEach(check);
      fc.assert(fc.property(randomCuts(bytes(name)), check), { seed });
    }
    console.log(`${api}: ${names.length} fixtures, each in 103 cuts, seed ${seed}`);
  });

  test(`${api}: cut before its end, no answer is kept, whatever the length`, () => {
    for (const name of names) {
      const whole = bytes(name);
      const last = formOf(name) === "stream" ? terminator?.exec(decoder.decode(whole)) : null;
      const from = last
        ? encoder.encode(decoder.decode(whole).slice(0, last.index + last[0].length)).length
        : whole.length;
      for (const end of endsBefore(from)) {
        const recorder = dialect.record(asking(formOf(name)));
        assert.equal(recorder.push(whole.slice(0, end)), false, name);
        assert.equal(recorder.verdict(false).keep, "no", `${name} at ${end}`);
        if (formOf(name) === "whole" || mayEnd?.test(decoder.decode(whole.slice(0, end)))) continue;
        assert.equal(recorder.verdict(true).keep, "no", `${name} at ${end}`);
      }
    }
  });

  const readable = ["stream", "stream-tools", "stream-crlf", "stream-cr"].filter((name) =>
    names.includes(name)
  );
  if (mayEnd) {
    test(`${api}: only its end tells that a stream is whole`, () => {
      for (const name of readable) {
        const recorder = dialect.record(asking("stream"));
        assert.equal(recorder.push(bytes(name)), false, name);
        assert.equal(recorder.verdict(false).keep, "no", name);
        assert.equal(recorder.verdict(true).keep, "yes", name);
      }
    });
  } else if (terminator) {
    test(`${api}: the terminator is told with its last byte, and what follows means nothing`, () => {
      for (const name of readable) {
        const all = bytes(name);
        const recorder = dialect.record(asking("stream"));
        for (const [at, byte] of all.entries()) {
          const isLast = at === all.length - 1;
          assert.equal(recorder.push(new Uint8Array([byte])), isLast, `${name} ${at}`);
        }
        const verdict = recorder.verdict(false);
        assert.equal(verdict.keep, "yes");
        const late = 'event: error\ndata: {"type":"error","error":{"message":"late"}}\n\n';
        assert.equal(recorder.push(encoder.encode(late)), true);
        assert.deepEqual(recorder.verdict(true), verdict);
      }
    });
  }

  test(`${api}: what was recorded is served as it was recorded`, () => {
    for (const name of names) {
      const all = bytes(name);
      for (const askedUsage of [true, false]) {
        assert.equal(dialect.fit(all, { askedUsage }, asking(formOf(name))), all, name);
      }
    }
  });

  throughCache(fixtures);
  brokenLaws(fixtures);
  servingLaws(fixtures);
}

/** Every fixture as an answer of upstream: what comes back, and what is stored. */
export function throughCache(fixtures: Fixtures): void {
  const { dialect, verdicts, request, url } = fixtures;
  const { names, bytes } = judgingOf(fixtures);
  for (const storeIncomplete of [false, true]) {
    const title = storeIncomplete ? " with storeIncomplete" : "";
    test(`${dialect.name}: the fixtures go through a cache${title}, byte for byte`, async () => {
      let hits = 0;
      for (const name of names) {
        const form = formOf(name);
        const answer = bytes(name);
        const statuses: string[] = [];
        const cache = createCache({
          store: memoryStore(),
          storeIncomplete,
          onEvent: ({ status }) => statuses.push(status),
          fetch: () => Promise.resolve(new Response(inThree(answer))),
        });
        const body = JSON.stringify({ ...request, stream: form === "stream" });
        for (let turn = 0; turn < 2; turn++) {
          const response = await cache.fetch(url(form), { method: "POST", body });
          assert.deepEqual(new Uint8Array(await response.arrayBuffer()), answer, name);
        }
        const { keep } = verdicts[name]!;
        const isStored = keep === "yes" || (storeIncomplete && keep === "incomplete");
        assert.deepEqual(statuses, ["miss", isStored ? "hit" : "miss"], name);
        if (isStored) hits++;
        await cache.close();
      }
      console.log(`${dialect.name}: ${names.length} fixtures${title}, ${hits} stored and replayed`);
    });
  }
}

function inThree(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const third = Math.ceil(bytes.length / 3);
  const chunks = [0, 1, 2].map((at) => bytes.slice(at * third, (at + 1) * third));
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
}
