// `npm run fmt` and `npm run lint`: the formatter and the linter are those of Deno.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { root } from "./paths.mjs";
import { tool } from "./tools.mjs";

const result = spawnSync(await tool("deno"), process.argv.slice(2), {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = result.status ?? 1;
