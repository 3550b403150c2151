/** What must hold of the answers of every format, told by fixtures of our own. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import type { Asked, Dialect, Form, JsonObject, Verdict } from "../src/dialect.ts";
import { askOf } from "./ask.ts";
import { plainCuts, randomCuts } from "./cuts.ts";

const seed = Number(process.env.LLMCACHE_SEED ?? crypto.getRandomValues(new Int32Array(1))[0]);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One format, as far as its fixtures go. */
export interface Fixtures {
  readonly dialect: Dialect;
  /** Of each fixture; a name begins with its form. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** A request that sets no limit. */
  readonly request: JsonObject;
  /** Where a request for a form goes; by default the body tells the form. */
  url?(form: Form): string;
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
      url
        ? askOf(dialect, { ...request, ...more }, url(form))!
        : askOf(dialect, { ...request, stream: form === "stream", ...more })!,
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
      for (let end = 0; end < from; end++) {
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
  } else {
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
}
