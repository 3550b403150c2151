import assert from "node:assert/strict";
import { test } from "node:test";
import type { CacheStore, Dialect } from "../mod.ts";
import { complete, stageOf } from "./own.ts";

const answer = { text: "hi", done: true };
const question = { model: "m", prompt: "q" };

test("own dialects: what fits may be bytes of any memory", async () => {
  const fit = (bytes: Uint8Array) => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    return shared;
  };
  const { ask, told } = stageOf([{ ...complete, fit }], answer);
  for (let turn = 0; turn < 2; turn++) {
    assert.deepEqual(await ask(question), answer);
  }
  assert.deepEqual(told(), ["miss", "hit"]);
});

test("own dialects: what they do to what they get changes nothing", async () => {
  const values = new Map<string, Uint8Array>();
  // It hands out what it keeps.
  const store: CacheStore = {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value.slice()),
    delete: (key) => void values.delete(key),
    keys: async function* () {
      yield* values.keys();
    },
  };
  const vandal: Dialect = {
    ...complete,
    target: (target) => Object.assign(target, { path: `${target.path}/more` }),
    record(asked) {
      const { push, verdict } = complete.record(asked);
      return {
        push(bytes) {
          const whole = push(bytes);
          bytes.fill(0);
          return whole;
        },
        verdict,
      };
    },
    fit(answer) {
      const copy = answer.slice();
      answer.fill(0);
      return copy;
    },
  };
  const { ask, told } = stageOf([vandal], answer, { store });
  for (let turn = 0; turn < 3; turn++) assert.deepEqual(await ask(question), answer);
  assert.deepEqual(told(), ["miss", "hit", "hit"]);
});

test("own dialects: the next format reads the request as it was sent", async () => {
  const vandal: Dialect = {
    ...complete,
    name: "vandal",
    matches: () => true,
    ask(body, { query }) {
      for (const name of Object.keys(body)) delete body[name];
      query.delete("alt");
      return null;
    },
  };
  const { ask, told } = stageOf([vandal, complete], answer);
  await ask(question);
  const contents = [{ parts: [{ text: "q" }] }];
  await ask({ contents }, "/v1/models/m:streamGenerateContent?alt=sse");
  await ask({ contents }, "/v1/models/m:streamGenerateContent");
  assert.deepEqual(told(), ["miss", "miss cut", "bypass json-array"]);
});

test("own dialects: they are asked at every call, whatever they said before", async () => {
  let passes = false;
  const moody: Dialect = { ...complete, bypass: () => passes ? "moody" : undefined };
  const { ask, told } = stageOf([moody], answer);
  await ask(question);
  passes = true;
  await ask(question);
  passes = false;
  await ask(question);
  assert.deepEqual(told(), ["miss", "bypass moody", "hit"]);
});
