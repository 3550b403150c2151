// The stores that Deno has with what it was granted, under the suite for stores. It takes no
// permission but those; its argument is a directory, where files may be read and written.
import { denoFsStore } from "../../adapters/deno-fs.ts";
import { denoKvStore } from "../../adapters/deno-kv.ts";
import { layeredStore } from "../../adapters/layered.ts";
import { memoryStore } from "../../adapters/memory.ts";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { type CacheStore, type Place, storeConformance } from "../conformance.ts";

const [dir] = Deno.args;
const test = (name: string, run: () => Promise<void>) => Deno.test(name, run);
const all = ["head", "getMany", "claim"] as const;

function inMemory(name: string, open: () => CacheStore): void {
  storeConformance({ test, name, durable: false, abilities: all, place: () => ({ open }) });
}

inMemory("memory", () => memoryStore());
inMemory("layered (memory, memory)", () => layeredStore(memoryStore(), memoryStore()));

/** The one KV that Deno keeps for a program, which takes no permission. */
async function ownKv(): Promise<Place> {
  const kv = await Deno.openKv();
  for await (const { key } of kv.list({ prefix: [] })) await kv.delete(key);
  kv.close();
  return { open: () => denoKvStore() };
}

if (typeof Deno.openKv === "function") {
  const abilities = [...all, "tidy"] as const;
  storeConformance({ test, name: "deno-kv", durable: true, abilities, place: ownKv });
}

if (dir) {
  for (const [name, open] of Object.entries({ "node-fs": nodeFsStore, "deno-fs": denoFsStore })) {
    const place = () => {
      const own = `${dir}/${crypto.randomUUID()}`;
      return { open: () => open({ dir: own }) };
    };
    const abilities = ["head", "claim", "tidy", "touch", "trim", "ledger"] as const;
    storeConformance({ test, name, durable: true, abilities, place });
  }
}
