import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createTeam } from "../examples/team/agents.ts";
import { readArguments } from "../examples/team/arguments.ts";
import { prepareFolder } from "../examples/team/folder.ts";
import { onStage } from "./stage.ts";

function inCheckout(play: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), "llmcache-demo-"));
  try {
    play(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("npm start: the team works twice, and the second time no call goes out", () =>
  onStage(async ({ cache, client, story, out }) => {
    const base = cache();
    const team = createTeam({
      researcher: base.with({ namespace: "researcher" }).chat(client()),
      writer: base.with({ namespace: "writer" }).chat(client()),
      model: "m",
    });
    const text = await team.work();
    assert.equal(out(), 3);
    assert.deepEqual(story(), ["miss", "miss", "miss"]);
    assert.equal(await team.work(), text);
    assert.equal(out(), 0);
    assert.deepEqual(story(), ["hit", "hit", "hit"]);
  }));

test("npm start: --fresh empties the folder of the demonstration and nothing else", () =>
  inCheckout((root) => {
    const folder = prepareFolder(false, root);
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "precious"), "");
    mkdirSync(join(folder, "ab"));
    writeFileSync(join(folder, "ab", "entry"), "");
    symlinkSync(outside, join(folder, "link"), "junction");
    assert.equal(prepareFolder(false, root), folder);
    assert.deepEqual(readdirSync(folder).sort(), ["ab", "link"]);
    assert.equal(prepareFolder(true, root), folder);
    assert.deepEqual(readdirSync(folder), []);
    assert.ok(existsSync(join(outside, "precious")));
  }));

test("npm start: a link in the folder's place is refused", () =>
  inCheckout((root) => {
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "precious"), "");
    symlinkSync(outside, join(root, ".llmcache-demo"), "junction");
    assert.throws(() => prepareFolder(true, root), /must be a folder of its own/);
    assert.throws(() => prepareFolder(false, root), /must be a folder of its own/);
    assert.ok(existsSync(join(outside, "precious")));
  }));

test("npm start: it takes --fresh and says what else it does not take", () => {
  assert.deepEqual(readArguments([]), { fresh: false });
  assert.deepEqual(readArguments(["--fresh"]), { fresh: true });
  assert.throws(() => readArguments(["--fresh", "now"]), /"now" means nothing here/);
});
