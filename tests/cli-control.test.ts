import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { testKey } from "./bytes.ts";
import { entryWith, type Filled, withEntries } from "./cli-io.ts";

/** Whether a text holds what no terminal must get: C0 but line feed, DEL, C1, and what turns the direction. */
function isUnsafe(text: string): boolean {
  return [...text].some((character) => {
    const code = character.charCodeAt(0);
    const isControl = (code < 32 && code !== 10) || (code > 126 && code < 160);
    return isControl ||
      /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(character);
  });
}
/** A title, a colour by C1, a line up, a file name that reads otherwise, a bell. */
const EVIL = "a\x1b]0;title\x07b\x9b31mc\x1b[1Ad\u202egnp.exe\u2066e\u2028f\x7f\r\ng";

async function withEvil(play: (filled: Filled, key: string) => Promise<void>): Promise<void> {
  await withEntries(1, async (filled) => {
    const [key, value] = entryWith(0xab, {
      words: EVIL,
      model: EVIL,
      namespace: EVIL,
      id: EVIL,
      headers: { "x-request-id": EVIL },
      body: EVIL,
      answer: EVIL,
    });
    await filled.store.set(key, value);
    await play(filled, key);
  });
}

test("control characters: none of others' text reaches a terminal", async () => {
  await withEvil(async ({ on, dir }, key) => {
    writeFileSync(join(dir, key.slice(0, 2), testKey(0xab, "stream")), EVIL);
    for (const columns of [undefined, 100]) {
      for (const line of ["ls", "stats", `show ${key}`, "verify"]) {
        const { out, err } = await on(line.split(" "), { ...(columns && { columns }) });
        assert.ok(!isUnsafe(out + err), line);
        if (line !== "verify") assert.match(out, /a\]0;titleb31mc\[1A/);
      }
    }
    // Nor of what is typed, which a script may have from anywhere.
    for (const args of [["show", EVIL], [EVIL], ["ls", `--${EVIL}`], ["why", EVIL]]) {
      const { code, err } = await on(args);
      assert.ok(code > 0 && !isUnsafe(err) && err.split("\n").length === 2, err);
    }
  });
});

test("control characters: JSON escapes them all, and stays exact", async () => {
  await withEvil(async ({ on }, key) => {
    const listed = await on(["ls", "--json"]);
    const shown = await on(["show", key, "--json"]);
    const counted = await on(["stats", "--json"]);
    for (const { out } of [listed, shown, counted]) assert.ok(!isUnsafe(out), out);
    const [entry] = JSON.parse(listed.out);
    const [{ model, id, request, answer, headers }] = JSON.parse(shown.out);
    const all = [
      entry.words,
      entry.model,
      model,
      id,
      request.body,
      answer,
      headers["x-request-id"],
    ];
    for (const text of all) assert.equal(text, EVIL);
  });
});

test("control characters: a model or a header cannot make up a line", async () => {
  await withEntries(0, async ({ store, on }) => {
    const model = "m\nid         forged";
    const [key, value] = entryWith(1, { model, headers: { "x-a": "1\n  x-b: forged" } });
    await store.set(key, value);
    const { out } = await on(["show", key]);
    assert.match(out, /^model {6}m id forged$/m);
    assert.match(out, /^ {2}x-a: 1 x-b: forged$/m);
    assert.ok(!/^(id|key)? +forged/m.test(out));
  });
});
