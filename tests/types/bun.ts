// Compiled under bun-types alone, where `fetch` has members of its own and there is no DOM.
import { cachedFetch, createCache } from "../../dist/mod.js";
import { bunFileStore } from "../../dist/adapters/bun-file.js";

/** Takes a fetch the way `createOpenAI({ fetch })` does. */
function createOpenAI(options: { fetch?: typeof fetch }): void {
  void options;
}

createOpenAI({ fetch: cachedFetch() });
createOpenAI({ fetch: createCache({ store: bunFileStore({ dir: "cache" }) }).fetch });

const response: Response = await cachedFetch()("https://example.com", { method: "POST" });
const bytes: Uint8Array = new Uint8Array(await response.arrayBuffer());
void bytes;
