import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { bytesOf, expectBytes, testKey } from "./bytes.ts";
import { storeConformance } from "./conformance.ts";
import { directoryLaws, type OpenDirectory } from "./directory-laws.ts";
import { directoryPlace, inTemporary } from "./places.ts";

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
    abilities: ["head", "claim", "tidy", "touch", "trim", "ledger"],
    hooks: ["damage", "obstruct", "openOther"],
    place: () => directoryPlace(denoFsStore, nodeFsStore),
  });

  directoryLaws("deno-fs", denoFsStore);

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
