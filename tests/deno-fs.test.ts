import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { bytesOf, collect, expectBytes, patterned, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { directoryLaws, type OpenDirectory } from "./directory-laws.ts";
import { inTemporary, movable, temporary } from "./places.ts";

if ("Deno" in globalThis) await inDeno();
else console.log("deno-fs: the tests run in Deno");

/** Not by a literal: other runtimes do not know `jsr:`, and other tests shall not need it. */
async function load(): Promise<OpenDirectory> {
  const path = "../adapters/deno-fs.ts";
  try {
    return (await import(path)).denoFsStore;
  } catch (cause) {
    throw new Error("deno-fs: where JSR is out of reach, use `npm test -- deno`", { cause });
  }
}

async function inDeno(): Promise<void> {
  const denoFsStore = await load();

  storeConformance({
    test,
    name: "deno-fs",
    durable: true,
    abilities: ["head", "claim"],
    place() {
      const dir = temporary();
      const { now, advance } = movable();
      const remove = () => rmSync(dir, { recursive: true });
      return { open: () => denoFsStore({ dir, now }), advance, remove };
    },
  });

  directoryLaws("deno-fs", denoFsStore);

  for (const [from, to] of [["deno-fs", "node-fs"], ["node-fs", "deno-fs"]] as const) {
    const open = { "deno-fs": denoFsStore, "node-fs": nodeFsStore };
    test(`deno-fs: ${to} reads, lists and deletes what ${from} wrote`, () =>
      inTemporary(async (dir) => {
        const [writer, reader] = [open[from]({ dir }), open[to]({ dir })];
        await writer.set(testKey(1), patterned(200_000));
        expectBytes(await reader.get(testKey(1)), patterned(200_000));
        assert.deepEqual(await collect(reader.keys()), [testKey(1)]);
        await reader.delete(testKey(1));
        assert.equal(await writer.get(testKey(1)), null);
      }));
  }

  test("deno-fs: head answers at once", () =>
    inTemporary(async (dir) => {
      const store = denoFsStore({ dir });
      assert.equal(store.head!(testKey(1), 5), null);
      await store.set(testKey(1), bytesOf("value"));
      expectBytes(store.head!(testKey(1), 5) as Uint8Array, bytesOf("value"));
    }));

  test("deno-fs: a wrong option is named at once", () => {
    assert.throws(() => denoFsStore({ dir: "" }), /denoFsStore: .*`dir` must be a path.* empty/);
  });
}
