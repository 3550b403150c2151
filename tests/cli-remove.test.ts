import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, testKey } from "./bytes.ts";
import { withEntries } from "./cli-io.ts";
import { entryOf } from "./packs.ts";
import { hasModes, whileReadOnly } from "./places.ts";

const numbersIn = (out: string) => [...out.matchAll(/question (\d+)/g)].map(([, n]) => Number(n));

test("rm: both forms, unless one is named; all that is named is there, or nothing goes", async () => {
  await withEntries(4, async ({ store, on, json }) => {
    await store.set(testKey(1, "stream"), entryOf(1, 10, "stream"));
    const left = async () => (await collect(store.keys())).length;
    assert.equal((await on(["rm", "0200", "ffff"])).code, 1);
    assert.equal(await left(), 5);
    assert.match((await on(["rm", "0200", "0300", "--dry-run"])).out, /^would remove 2 entries, /);
    assert.equal(await left(), 5);
    const gone = await json("rm", "0100.s") as { removed: number; bytes: number; keys: string[] };
    assert.deepEqual(gone, {
      removed: 1,
      bytes: entryOf(1, 10, "stream").length,
      keys: [testKey(1, "stream")],
    });
    await store.set(testKey(1, "stream"), entryOf(1, 10, "stream"));
    assert.match((await on(["rm", "0100", "0200", "02000"])).out, /^removed 3 entries, .*B\n$/);
    assert.equal(await left(), 2);
  });
});

test("prune: by age, by size, by both; the oldest go", async () => {
  const sizes = Array.from({ length: 12 }, (_, at) => {
    const n = at + 1;
    return entryOf(n, (n * 7919) % 3000, n % 4 === 0 ? "stream" : "whole").length;
  });
  const newest = (count: number) => sizes.slice(-count).reduce((sum, size) => sum + size, 0);
  const cases: [string, number[]][] = [
    ["--older-than 95s", [6, 7, 8, 9, 10, 11, 12]],
    ["--older-than 1h", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [`--max-bytes ${newest(3)}`, [10, 11, 12]],
    [`--max-bytes ${newest(3) - 1}`, [11, 12]],
    ["--max-bytes 1GiB", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ["--max-bytes 0", []],
    [`--max-bytes ${newest(9)} --older-than 90s`, [11, 12]],
    ["--max-bytes 0 --namespace odd", [2, 4, 6, 8, 10, 12]],
    ["--older-than 95s --model m-1", [2, 3, 5, 6, 7, 8, 9, 10, 11, 12]],
  ];
  for (const [line, expected] of cases) {
    await withEntries(12, async ({ on, json }) => {
      const args = line.split(" ");
      const would = await on(["prune", ...args, "--dry-run"]);
      assert.match(
        would.out,
        new RegExp(`^would remove (about )?${12 - expected.length} entr`),
        line,
      );
      const { wouldRemove } = await json("prune", ...args, "--dry-run") as { wouldRemove: number };
      const told = await json("prune", ...args) as { removed: number; bytes: number };
      assert.deepEqual([wouldRemove, told.removed], [12 - expected.length, 12 - expected.length]);
      const left = numbersIn((await on(["ls"])).out).sort((a, b) => a - b);
      assert.deepEqual([line, left], [line, expected]);
    });
  }
});

test("prune: a directory lets go of what was used longest ago", async () => {
  await withEntries(12, async ({ store, on }) => {
    await store.touch!(testKey(1));
    const size = entryOf(1, 7919 % 3000).length + entryOf(12, 12 * 7919 % 3000, "stream").length;
    assert.match(
      (await on(["prune", "--max-bytes", `${size}`])).out,
      /^removed 10 entries, .*B\n$/,
    );
    assert.deepEqual(numbersIn((await on(["ls"])).out), [12, 1]);
  });
});

test("prune, rm: sizes as people write them", async () => {
  await withEntries(12, async ({ json }) => {
    const all = async (size: string) =>
      (await json("prune", "--dry-run", "--max-bytes", size) as { wouldRemove: number })
        .wouldRemove;
    for (const size of ["1MB", "1MiB", "1.5gib", "2 TB", "1000000", "0.5GB"]) {
      assert.equal(await all(size), 0, size);
    }
    assert.ok(await all("2KiB") <= await all("2KB"));
    assert.equal(await all("1B"), 12);
  });
});

test("clear: what is named; all of it only by --yes", async () => {
  await withEntries(12, async ({ store, on, json }) => {
    assert.equal((await on(["clear"])).code, 2);
    assert.equal((await collect(store.keys())).length, 12);
    assert.equal((await on(["clear", "--namespace", "odd"])).out, "removed 6 entries\n");
    assert.deepEqual(await json("clear", "--model", "m-1", "--older-than", "90s"), { removed: 2 });
    assert.equal((await on(["clear", "--yes"])).out, "removed 4 entries\n");
    assert.equal((await collect(store.keys())).length, 0);
  });
});

test("what cannot be removed is a failure that says why", { skip: !hasModes }, async () => {
  await withEntries(3, async ({ beside, on, store }) => {
    await whileReadOnly(beside("."), async () => {
      for (
        const line of ["rm 0100", "clear --yes", "prune --older-than 1s", "prune --max-bytes 0"]
      ) {
        const { code, out, err } = await on(line.split(" "));
        assert.deepEqual([line, code, out], [line, 1, ""]);
        assert.match(
          err,
          /^llmcache: .*could not be.*(EACCES|EPERM|denied|permitted|written).*\n$/i,
        );
      }
    });
    assert.equal((await collect(store.keys())).length, 3);
  });
});
