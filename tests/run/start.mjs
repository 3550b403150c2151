// `npm start`: sets itself up, builds, and runs the demonstration in examples/team.ts.
import { spawn } from "node:child_process";
import process from "node:process";
import { buildCompiled, buildPackage, demand } from "./build.mjs";
import { inRoot, root } from "./paths.mjs";
import { setUp } from "./setup.mjs";

/** Node runs TypeScript from 22.18 on, in its own line, and from 23.6 on. */
function runsTypeScript() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

await setUp();
const source = runsTypeScript();
// `npm test` checks the types; whoever wants to see it run need not wait for that.
const builds = [buildPackage("--noCheck"), ...(source ? [] : [buildCompiled("--noCheck")])];
(await Promise.all(builds)).forEach(demand);
const script = source ? inRoot("examples", "team.ts") : inRoot(".build", "examples", "team.js");
const quiet = source ? ["--disable-warning=ExperimentalWarning"] : [];
const child = spawn(process.execPath, [...quiet, script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
