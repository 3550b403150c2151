import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { counted } from "../counts.mjs";
import { inRoot } from "../paths.mjs";
import { cleanEnv, run, tempDir } from "../proc.mjs";
import { redisServer } from "../redis.mjs";
import { strict } from "../setup.mjs";
import { stdFs } from "../std-fs.mjs";
import { storesTested } from "../stores.mjs";
import { tool } from "../tools.mjs";

const names = () => readdirSync(inRoot("tests")).filter((name) => name.endsWith(".test.ts"));
const source = () => names().map((name) => `./tests/${name}`);
const compiled = () => names().map((name) => `.build/tests/${name.replace(/\.ts$/, ".js")}`);

/** How many cases of each property are tried; `npm run soak` tries 1 000 everywhere. */
const casesIn = (runtime) => runtime === "node24" ? "100" : "30";

/** Where stores are tried on a real Redis: as it is built, and as source; 22 and 26 would take 10 s more each. */
const onRedis = ["node20", "node24", "bun", "deno"];

const suite = (runtime, title, runner, args, needs) => ({
  name: runtime,
  title: `suite in ${title}`,
  needs,
  async run() {
    const std = runner === "deno" ? await stdFs() : undefined;
    const wanted = onRedis.includes(runtime);
    const redis = wanted ? await redisServer().catch(() => undefined) : undefined;
    const env = cleanEnv({
      ...std?.env,
      LLMCACHE_CASES: casesIn(runtime),
      LLMCACHE_REDIS_SERVER: redis ?? "none",
    });
    const result = await run(await tool(runtime), args(), { env, seconds: 600 });
    const stores = storesTested(
      runtime,
      runner,
      result.text,
      wanted && (redis !== undefined || strict),
    );
    return withStores(counted(runner, result), stores, std?.note);
  },
});

/** Tells how many stores were tested; each that was to be and was not is a failure. */
function withStores(result, { cases, missing }, std) {
  const sum = [...cases.values()].reduce((all, count) => all + count, 0);
  const notes = [`${cases.size} stores in ${sum} cases`, ...(std ? [std] : [])];
  const output = missing.map((name) => `not tested: the store ${name}\n`).join("");
  return {
    ...result,
    stores: cases,
    failed: result.failed + missing.length,
    note: notes.join(", "),
    output: result.output + output,
  };
}

const together = inRoot("tests", "run", "together.mjs");
const node = ["--test-reporter=spec", "--test-timeout=240000", together];
const plain = ["--disable-warning=ExperimentalWarning"];

/** One module that imports all tests: Deno loads everything anew for each, which takes as long again. */
function allInOne() {
  const path = join(tempDir("deno"), "all.test.ts");
  const urls = source().map((name) => pathToFileURL(inRoot(name)).href);
  writeFileSync(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
  return path;
}

export const suites = [
  suite("node20", "Node 20 (built)", "node", () => [...node, ...compiled()], ["build"]),
  ...[22, 24, 26].map((major) =>
    suite(`node${major}`, `Node ${major}`, "node", () => [...plain, ...node, ...source()])
  ),
  // Bun gives a test 5 s unless told.
  suite("bun", "Bun", "bun", () => ["test", "--timeout", "120000", ...source()]),
  suite("deno", "Deno", "deno", () => [
    ...["test", "-A", "--unstable-kv", "--no-check", "--config", inRoot("deno.json")],
    allInOne(),
  ]),
];
