/**
 * Measures what a claim adds to a miss: the same store with its claim and without. Prints one line of JSON;
 * `npm run bench -- misses` runs it in every runtime.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryStore } from "../../adapters/memory.ts";
import { nodeFsStore } from "../../adapters/node-fs.ts";
import { type CacheStore, createCache } from "../../mod.ts";
import { whole } from "../crowd.ts";
import { prose } from "./cases.ts";
import { compare, type Rival } from "./compare.ts";

const answer = whole(prose(2_000));
const text = prose(1_000);
let count = 0;

/** Asks what nobody has asked before; the answer is there at once, which no provider's is. */
function missing(name: string, store: CacheStore): Rival {
  const cache = createCache({ store, fetch: () => Promise.resolve(new Response(answer)) });
  return {
    name,
    async run() {
      const body = JSON.stringify({ model: `m${count++}`, messages: [text] });
      const init = { method: "POST", body };
      await (await cache.fetch("https://x.test/v1/chat/completions", init)).text();
    },
  };
}

const results = [];
const dir = mkdtempSync(join(tmpdir(), "llmcache-bench-"));
for (
  const [name, store] of [["directory", nodeFsStore({ dir })], ["memory", memoryStore()]] as const
) {
  const { claim: _, ...unclaimed } = store;
  const rivals = [missing("without", unclaimed), missing("with", store)];
  results.push({ name, scores: await compare(rivals, 10, 101) });
}
rmSync(dir, { recursive: true, force: true });
console.log(JSON.stringify(results));
