import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryCommandLine } from "../cli.mjs";
import { startOwnRegistry } from "../jsr.mjs";
import { cleanEnv, run, tempDir } from "../proc.mjs";
import { locked } from "../setup.mjs";
import { stdFs } from "../std-fs.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";
import { script, twice } from "../user.mjs";

const ours = 'import { cachedChat } from "jsr:@x/llmcache";';

const subpaths = `import { memoryStore } from "jsr:@x/llmcache/memory";
import { nodeFsStore } from "jsr:@x/llmcache/node-fs";
import { bunFileStore } from "jsr:@x/llmcache/bun-file";
import { denoFsStore } from "jsr:@x/llmcache/deno-fs";
const key = "0".repeat(64) + ".whole";
await denoFsStore({ dir: "cache" }).set(key, new Uint8Array([1, 2, 3]));
const value = await nodeFsStore({ dir: "cache" }).get(key);
const makes = [memoryStore, bunFileStore].every((make) => typeof make === "function");
console.log(makes && value?.join() === "1,2,3");
`;

async function prove(registry, upstream) {
  const cwd = tempDir("jsr");
  // The cache of modules is new as well: what an earlier run fetched proves nothing.
  const extra = { JSR_URL: registry.url, DENO_DIR: tempDir("deno-dir") };
  const env = cleanEnv(extra);
  const deno = await tool("deno");
  writeFileSync(join(cwd, "main.ts"), script(ours, `npm:openai@${locked("openai")}`));
  writeFileSync(join(cwd, "subpaths.ts"), subpaths);
  const dir = tempDir("entries");
  const stored = { ...extra, LLMCACHE_DIR: dir };
  const options = { cwd, upstream, extra: stored };
  const bad = await twice("deno run", deno, ["run", "-A", "main.ts"], options);
  const cli = [deno, "run", "-A", "jsr:@x/llmcache/cli"];
  const said = await tryCommandLine("deno run jsr:@x/llmcache/cli", cli, dir, { cwd, env });
  if (said.length > 0) bad.push(said.join("\n"));
  const paths = await run(deno, ["run", "-A", "subpaths.ts"], { cwd, env });
  if (paths.stdout.trim() !== "true") bad.push(`subpaths\n${paths.text}`);
  const check = await run(deno, ["check", "main.ts", "subpaths.ts"], { cwd, env });
  if (check.code !== 0) bad.push(`deno check\n${check.text}`);
  const { missing } = registry;
  if (missing.length > 0) bad.push(`asked for and not there: ${missing.join(", ")}`);
  return bad;
}

export const jsr = {
  name: "jsr",
  title: 'Deno: import … from "jsr:@x/llmcache"',
  async run() {
    const registry = await startOwnRegistry();
    const upstream = await startUpstream();
    try {
      const bad = await prove(registry, upstream);
      const note = `${registry.files.size} files published, ${(await stdFs()).note}`;
      return { passed: 5 - bad.length, failed: bad.length, note, output: bad.join("\n") };
    } finally {
      registry.close();
      upstream.close();
    }
  },
};
