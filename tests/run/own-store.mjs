import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { counted } from "./counts.mjs";
import { inRoot } from "./paths.mjs";
import { run } from "./proc.mjs";
import { tool } from "./tools.mjs";

const line = 'import { test } from "node:test";';
const runners = {
  "node:test": [line, "node24", ["--test", "--test-reporter=spec"], "node"],
  "bun:test": ['import { test } from "bun:test";', "bun", ["test"], "bun"],
  "Deno.test": ["const { test } = Deno;", "deno", ["test", "-A", "--no-check"], "deno"],
};

/** How many tests passed, in the words of vitest. */
const ofVitest = ({ code, text }) => {
  const [, passed = 0] = /Tests +(\d+) passed/.exec(text) ?? [];
  return { passed: Number(passed), failed: code === 0 ? 0 : 1, output: text };
};

/**
 * Tests a store with `@x/llmcache/testing`, as its author would, by each runner.
 *
 * @param cwd a folder where the package is installed.
 * @returns for each runner what is wrong, in lines; none is good.
 */
export async function testOwnStore(cwd) {
  const example = readFileSync(inRoot("examples", "own-store.test.ts"), "utf8");
  const outcome = [];
  const judge = (name, { passed, failed, output }) => {
    const good = failed === 0 && passed > 15;
    outcome.push(good ? [] : [`${name}: ${passed} passed, ${failed} failed\n${output}`]);
  };
  const put = (name, ours) => {
    writeFileSync(join(cwd, name), example.replace(line, ours));
    return name;
  };
  for (const [name, [ours, runtime, args, reader]] of Object.entries(runners)) {
    const file = put(`./${runtime}.test.ts`, ours);
    judge(name, counted(reader, await run(await tool(runtime), [...args, file], { cwd })));
  }
  const vitest = await tool("vitest");
  const folder = join(cwd, "vitest");
  mkdirSync(folder);
  symlinkSync(dirname(vitest), join(cwd, "node_modules", "vitest"), "junction");
  put("vitest/own.test.ts", 'import { test } from "vitest";');
  const args = [vitest, "run", "--root", folder];
  judge("vitest", ofVitest(await run(await tool("node24"), args, { cwd })));
  return outcome;
}
