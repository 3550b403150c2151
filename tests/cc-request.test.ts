/**
 * The request-directive cases of the public HTTP cache tests, under their own ids
 * (github.com/http-tests/cache-tests, tests/cc-request.mjs), 10 of 12.
 *
 * How long an answer is fresh is `ttl` here, because a response's own Cache-Control is not obeyed;
 * for the same reason an answer is made old by the clock, where they send `Age` along. Two cases do not
 * apply: `ccreq-no-cache-lm` and `ccreq-no-cache-etag` want a validation by Last-Modified or ETag, and
 * answers of models have neither.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheOptions } from "../mod.ts";
import { onClock } from "./on-clock.ts";

/** The ttl, the answer's age, the directive, and whether the stored answer may come: both in seconds. */
const cases: Readonly<Record<string, [CacheOptions["ttl"], number, string, "cached" | "not"]>> = {
  "ccreq-ma0": [100_000, 3, "max-age=0", "not"],
  "ccreq-ma1": [100_000, 3, "max-age=1", "not"],
  "ccreq-magreaterage": [100_000, 1800, "max-age=600", "not"],
  "ccreq-max-stale": [2, 3, "max-stale=1000", "cached"],
  "ccreq-max-stale-age": [1500, 2000, "max-stale=1000", "cached"],
  "ccreq-min-fresh": [1500, 0, "min-fresh=2000", "not"],
  "ccreq-min-fresh-age": [1500, 1000, "min-fresh=1000", "not"],
  "ccreq-no-cache": [3600, 0, "no-cache", "not"],
  "ccreq-no-store": [100_000, 3, "no-store", "not"],
};

for (const [id, [ttl, age, directive, expected]] of Object.entries(cases)) {
  test(`HTTP cache tests: ${id}`, async () => {
    const { ask, pass } = onClock({ ttl });
    assert.equal(await ask(), 1);
    pass(age);
    assert.equal(await ask(directive), expected === "cached" ? 1 : 2);
  });
}

test("HTTP cache tests: ccreq-oic", async () => {
  const { ask, sent } = onClock();
  assert.equal(await ask("only-if-cached"), 504);
  assert.equal(sent.length, 0);
});

/** What theirs leave open: the other side of each border. */
const borders: typeof cases = {
  "an answer exactly as old as max-age": [100_000, 600, "max-age=600", "cached"],
  "max-age=0 in the millisecond of the recording": [100_000, 0, "max-age=0", "not"],
  "max-age without a ttl": [undefined, 601, "max-age=600", "not"],
  "max-age longer than the ttl": [60, 61, "max-age=600", "not"],
  "a ttl that is over in this millisecond": [60, 60, "", "not"],
  "max-stale at its end": [60, 160, "max-stale=100", "cached"],
  "max-stale after its end": [60, 161, "max-stale=100", "not"],
  "max-stale without a value": [60, 1e9, "max-stale", "cached"],
  "max-stale=0": [60, 60, "max-stale=0", "not"],
  "max-stale beyond max-age": [undefined, 700, "max-age=600, max-stale=100", "cached"],
  "min-fresh at its end": [1500, 500, "min-fresh=1000", "cached"],
  "min-fresh without a ttl": [undefined, 1e9, "min-fresh=1000", "cached"],
  "min-fresh within max-age": [undefined, 50, "max-age=100, min-fresh=60", "not"],
  "min-fresh with max-stale": [60, 70, "min-fresh=5, max-stale", "not"],
  "no-cache with max-stale": [60, 70, "no-cache, max-stale", "not"],
  "no-cache with an argument": [60, 0, 'no-cache="set-cookie"', "not"],
  "a name in capitals, a quoted number": [100_000, 3, 'Max-Age="1"', "not"],
  "a number without an end": [undefined, 1e6, "max-age=99999999999999999999", "cached"],
  "what is not for us": [
    60,
    0,
    'no-transform, stale-while-revalidate=1, x="max-age=0, y"',
    "cached",
  ],
};

for (const [name, [ttl, age, directive, expected]] of Object.entries(borders)) {
  test(`directives: ${name}`, async () => {
    const { ask, pass } = onClock({ ttl });
    assert.equal(await ask(), 1);
    pass(age);
    assert.equal(await ask(directive), expected === "cached" ? 1 : 2);
  });
}
