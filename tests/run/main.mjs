// `npm test`: everything, in every runtime. `npm test -- types lint` runs the named steps alone.
import process from "node:process";
import { setUp } from "./setup.mjs";
import { closing, line, opening } from "./report.mjs";
import { runAll } from "./schedule.mjs";

const started = performance.now();
await setUp();
// Only now: the steps use packages that the set-up brings.
const { steps } = await import("./steps.mjs");
const names = process.argv.slice(2);
const unknown = names.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `no such step: ${unknown.join(", ")}\nsteps: ${steps.map((s) => s.name).join(" ")}`,
  );
  process.exit(2);
}
const chosen = names.length > 0 ? steps.filter((step) => names.includes(step.name)) : steps;
opening(chosen);
const results = await runAll(chosen, steps, line);
process.exitCode = closing(results, performance.now() - started) ? 0 : 1;
