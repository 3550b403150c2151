// `npm run fmt` and `npm run lint`: the formatter and the linter are those of Deno.
import { spawn } from "node:child_process";
import process from "node:process";
import { root } from "./paths.mjs";
import { tempDir } from "./proc.mjs";
import { stdFs } from "./std-fs.mjs";
import { tool } from "./tools.mjs";

const args = process.argv.slice(2);
const env = { ...process.env };
// The linter looks at types, and so for what adapters/deno-fs.ts imports; it leaves none of it behind.
if (args[0] === "lint") Object.assign(env, (await stdFs()).env, { DENO_DIR: tempDir("lint") });
const child = spawn(await tool("deno"), args, { cwd: root, stdio: "inherit", env });
child.on("exit", (code) => process.exit(code ?? 1));
