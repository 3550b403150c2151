// Runs the named flows once, in this runtime, and prints what each came to as one line of JSON:
// node tests/clients/main.ts ORIGIN FLOW [FLOW …]
// With EMPTY_DIR they run once more, in `replay` mode on that directory, and their calls count as those of
// `replay-FLOW`: to load the frameworks takes longest.
import process from "node:process";
import { type CacheEvent, type CacheOptions, createCache } from "../../mod.ts";
import type { Flow } from "./flow.ts";

const [origin, ...names] = process.argv.slice(2);

async function play(name: string, place: string, options?: CacheOptions): Promise<unknown> {
  const events: CacheEvent[] = [];
  // The port is another one each time, and part of what makes two requests the same.
  const cache = createCache({
    aliases: { [origin!]: "provider" },
    onEvent: (e) => events.push(e),
    ...options,
  });
  // LlamaIndex lets a failed call go by unhandled, and its workflow waits for ever. One of an earlier
  // flow may come late.
  const lost = new Promise<never>((_, fail) => {
    process.on("unhandledRejection", (error) => `${error}`.includes(`/${place}/`) && fail(error));
  });
  try {
    const { flow } = await import(`./flows/${name}.ts`) as { flow: Flow };
    const result = await Promise.race([flow({ url: `${origin}/${place}`, cache }), lost]);
    return { result, statuses: events.map(statusOf) };
  } catch (error) {
    return {
      error: error instanceof Error ? error.stack : String(error),
      statuses: events.map(statusOf),
    };
  } finally {
    process.removeAllListeners("unhandledRejection");
    await cache.close();
  }
}

const statusOf = (event: CacheEvent) =>
  event.status === "bypass"
    ? `bypass ${event.detail}`
    : event.status === "miss" && !event.stored
    ? `miss ${event.reason}`
    : event.status;

const results: Record<string, unknown> = {};
for (const name of names) results[name] = await play(name, name);

const missed: Record<string, unknown> = {};
const { EMPTY_DIR: dir } = process.env;
if (dir) {
  process.env.LLMCACHE_MODE = "replay";
  for (const name of names) missed[name] = await play(name, `replay-${name}`, { dir });
}
console.log(`RESULTS ${JSON.stringify({ results, missed })}`);
process.exit(0); // Some frameworks keep the process alive.
