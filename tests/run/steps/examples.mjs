import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { inRoot, root } from "../paths.mjs";
import { cleanEnv, run, tempDir } from "../proc.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";
import { twice } from "../user.mjs";

const parts = ["package.json", "package-lock.json", "tsconfig.json", "mod.ts"];
const folders = ["src", "adapters", "examples", "tests"];

/** The demonstration keeps its entries in its checkout, so it gets one of its own. */
function copy() {
  const folder = tempDir("start");
  for (const name of [...parts, ...folders]) {
    cpSync(inRoot(name), join(folder, name), { recursive: true });
  }
  symlinkSync(inRoot("node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** `npm start`, and whether it avoided the part of its calls it should have. */
async function demonstrate(runtime, cwd, args, share) {
  const script = join(cwd, "tests", "run", "start.mjs");
  const result = await run(await tool(runtime), [script, ...args], { cwd, env: cleanEnv() });
  const [, avoided, of] = /Calls avoided +(\d+) of (\d+)/.exec(result.text) ?? [];
  const good = result.code === 0 && of > 0 && Number(avoided) === Number(of) * share;
  const what = `${runtime} ${args}: ${avoided} of ${of} calls avoided, not ${share * 100} %`;
  return good ? [] : [`${what}\n${result.text}`];
}

const tally = (outcome, note) => ({
  passed: outcome.filter((bad) => bad.length === 0).length,
  failed: outcome.filter((bad) => bad.length > 0).length,
  note,
  output: outcome.flat().join("\n"),
});

export const start = {
  name: "start",
  title: "npm start, again, and --fresh",
  async run() {
    const cwd = copy();
    return tally([
      await demonstrate("node20", cwd, [], 1 / 2),
      await demonstrate("node20", cwd, [], 1),
      // Node 24 runs the source, and finds what Node 20 recorded.
      await demonstrate("node24", cwd, [], 1),
      await demonstrate("node24", cwd, ["--fresh"], 1 / 2),
    ]);
  },
};

export const examples = {
  name: "examples",
  title: "examples for Bun and for Deno",
  async run() {
    const upstream = await startUpstream();
    // They may print what became of the call, so the two runs need not look alike.
    const options = { cwd: root, upstream, calls: 1, same: false };
    const bun = await twice("Bun", await tool("bun"), ["examples/bun.ts"], options);
    const deno = await tool("deno");
    const outcome = [bun, await twice("Deno", deno, ["run", "-A", "examples/deno.ts"], options)];
    upstream.close();
    return tally(outcome);
  },
};
