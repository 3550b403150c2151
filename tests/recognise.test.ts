import assert from "node:assert/strict";
import { test } from "node:test";
import { sceneOf } from "./answers.ts";
import { hash } from "./identities.ts";

test("recognise: a long text is known by its digest, which as a text is something else", async () => {
  const { ask, bodyOf, story } = sceneOf();
  const more = { messages: [{ role: "user", content: "x".repeat(1 << 20) }] };
  for (let turn = 0; turn < 2; turn++) await ask(more);
  await ask({}, { body: hash(bodyOf(more)) });
  assert.deepEqual(story(), ["miss", "hit", "bypass unsupported-endpoint"]);
});
