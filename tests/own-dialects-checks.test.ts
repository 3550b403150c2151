import assert from "node:assert/strict";
import { test } from "node:test";
import { createCache, type Dialect, type Shape } from "../mod.ts";
import { dialects } from "../src/dialect.ts";
import { readDialects } from "../src/own/dialects.ts";
import { complete } from "./own.ts";

function refuses(dialects: unknown, message: RegExp): void {
  assert.throws(() => createCache({ dialects: dialects as never }), (error) => {
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, message);
    return true;
  });
}

test("own dialects: what is wrong with one is named at construction", () => {
  refuses({}, /`dialects` must be a list of dialects; it is an object/);
  refuses("complete", /`dialects` must be a list/);
  refuses([complete, null], /`dialects`, at 1, must be a Dialect; it is null/);
  for (const name of [undefined, 5, "", "a b", "a/b"]) {
    refuses([{ ...complete, name }], /at 0, must have a `name` of letters/);
  }
  for (const { name } of [...dialects, { name: "function" }]) {
    refuses([{ ...complete, name }], new RegExp(`has the name "${name}", which is taken`));
  }
  refuses([complete, { ...complete }], /at 1, has the name "complete", which is taken/);
  for (const method of ["matches", "ask", "record", "fit", "error"] as const) {
    const { [method]: _, ...without } = complete;
    refuses(
      [without],
      new RegExp(`\`complete\` must have a method \`${method}\`; it is undefined`),
    );
  }
  for (const method of ["target", "bypass"]) {
    refuses([{ ...complete, [method]: "x" }], new RegExp(`\`${method}\` of the dialect .* method`));
  }
  refuses(
    [{ ...complete, bypas: () => "x" }],
    /`complete` has an unknown member `bypas`; .*bypass/,
  );
});

test("own dialects: where tokens and ids stand in answers is a list of paths", () => {
  const wrong: [answers: unknown, message: RegExp][] = [
    [[], /`answers` of the dialect `complete` must be an object; it is an array/],
    ["usage", /`answers` .* must be an object; it is "usage"/],
    [{ tokens: [] }, /`answers` .* unknown member `tokens`; it may have usage, calls, results/],
    [{ usage: "usage" }, /`answers\.usage` .* must be a list of paths; it is "usage"/],
    [{ calls: [1] }, /`answers\.calls` .* must be a list of paths/],
    [{ results: ["a..b"] }, /`answers\.results` .* must be a list of paths/],
  ];
  for (const [answers, message] of wrong) refuses([{ ...complete, answers }], message);
  const answers = { usage: ["usage"], calls: ["calls.*.id"], results: [] };
  const [read] = readDialects([{ ...complete, answers }]);
  assert.deepEqual(read!.answers, answers);
  answers.usage.push("later");
  assert.deepEqual(read!.answers!.usage, ["usage"]);
  assert.equal(readDialects([complete])[0]!.answers, undefined);
});

test("own dialects: a shape that is no shape is named by its place", () => {
  const round: { members: Record<string, unknown> } = { members: {} };
  round.members.again = { items: round };
  const wrong: [shape: unknown, message: RegExp][] = [
    [undefined, /`shape` of the dialect `complete` must be an object of shapes; it is undefined/],
    [[], /must be an object of shapes; it is an array/],
    // A text has parts: each member that is one of them would be left out.
    [{ omit: "stream" }, /`complete`\.omit must be a list of names; it is "stream"/],
    [{ omit: [1] }, /\.omit must be a list of names/],
    [{ secret: {} }, /\.secret must be a list of names; it is an object/],
    [{ defaults: { store: null } }, /\.defaults must be an object of names and true or false/],
    [{ ordered: false }, /\.ordered must be true; it is false/],
    [{ optional: 1 }, /\.optional must be true/],
    [{ url: "https://s.test" }, /\.url must be true/],
    [{ callId: "id" }, /\.callId must be "call" or "result"/],
    [{ item: {} }, /\.item is unknown; a shape has members, items/],
    [{ members: [] }, /\.members must be an object of shapes; it is an array/],
    [{ members: { a: { items: { omit: "x" } } } }, /`complete`\.members\.a\.items\.omit must be/],
    [{ variants: { text: null } }, /\.variants\.text must be an object of shapes; it is null/],
    [round, /\.members\.again\.items must be an object of shapes; it lies in itself/],
  ];
  for (const [shape, message] of wrong) refuses([{ ...complete, shape }], message);
});

test("own dialects: a right shape is taken whole, and later changes do not count", () => {
  const id: Shape = { callId: "call" };
  const part: Shape = { members: { id, same: { items: id } }, variants: { "": {} } };
  const shape = {
    omit: ["stream"],
    secret: ["key"],
    defaults: { store: true },
    ordered: true,
    optional: true,
    items: part,
    members: { part, constructor: {} },
  } satisfies Shape;
  const [read] = readDialects([{ ...complete, shape }]);
  assert.deepEqual(read!.shape, shape);
  shape.omit.push("model");
  assert.deepEqual(read!.shape.omit, ["stream"]);
  assert.deepEqual(
    readDialects([{ ...complete, shape: { members: undefined } as Shape }])[0]!.shape,
    {},
  );
});

test("own dialects: methods keep their `this`, and may come from a class", () => {
  class Own implements Dialect {
    readonly name = "own";
    readonly shape = {};
    #path = "/complete";
    matches(path: string) {
      return path === this.#path;
    }
    ask = complete.ask;
    record = complete.record;
    fit = complete.fit;
    error = complete.error;
  }
  assert.equal(readDialects([new Own()])[0]!.matches("/complete"), true);
});
