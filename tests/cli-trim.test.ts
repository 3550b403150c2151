import assert from "node:assert/strict";
import { test } from "node:test";
import type { Opened } from "../src/cli/command.ts";
import { trimTo } from "../src/cli/trim.ts";

/** A store of so many bytes, of which each trim leaves the next of `left`. */
function store(...left: number[]) {
  let holds = 1_000;
  let trims = 0;
  const opened = {
    place: { store: "directory", dir: "/d", exists: true },
    store: {
      trim(most: number) {
        assert.equal(most, 500);
        const after = left[trims++] ?? left.at(-1)!;
        const bytes = Math.max(0, holds - Math.min(after, holds));
        holds = after;
        return { entries: bytes > 0 ? 1 : 0, bytes };
      },
    },
    cache: {
      async *entries() {
        yield { entryBytes: holds };
      },
    },
  };
  return { opened: opened as unknown as Opened, count: () => trims };
}

test("trim: once where that is enough", async () => {
  const { opened, count } = store(400);
  assert.deepEqual(await trimTo(opened, 500), { entries: 1, bytes: 600 });
  assert.equal(count(), 1);
});

test("trim: what others write meanwhile goes too", async () => {
  // Each time something went, and something came.
  const { opened, count } = store(700, 600, 450);
  assert.deepEqual(await trimTo(opened, 500), { entries: 3, bytes: 550 });
  assert.equal(count(), 3);
});

test("trim: what cannot be removed is told, and so is who writes faster than entries go", async () => {
  const stuck = store(800);
  await assert.rejects(trimTo(stuck.opened, 500), /\/d still holds 800 B: some .*not be removed/);
  assert.equal(stuck.count(), 2);
  const busy = store(900, 800, 700, 650, 600);
  await assert.rejects(trimTo(busy.opened, 500), /still holds 600 B: as fast as entries go/);
  assert.equal(busy.count(), 5);
});
