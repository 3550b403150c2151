// `npm run soak`: what takes too long for `npm test`. `npm run soak -- --seed 7 --calls 1000000`
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { buildCompiled, demand } from "../run/build.mjs";
import { inRoot } from "../run/paths.mjs";
import { cleanEnv, run } from "../run/proc.mjs";
import { crash } from "../run/processes.mjs";
import { runDocs } from "../run/steps/deno.mjs";
import { tool } from "../run/tools.mjs";
import { startFlood } from "./flood.mjs";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1e9) },
    calls: { type: "string", default: "100000" },
    megabytes: { type: "string", default: "1024" },
    crashes: { type: "string", default: "500" },
    entries: { type: "string", default: "1000000" },
  },
});

const runtimes = {
  "Node 24": ["node24", "--disable-warning=ExperimentalWarning"],
  Bun: ["bun", "run"],
  Deno: ["deno", "run", "-A", "--no-check", "--quiet"],
};
let failed = 0;

/** Runs a script of this folder in a runtime, and prints what it says. */
async function play(runtime, script, ...args) {
  const [name, ...flags] = runtimes[runtime];
  const path = inRoot("tests", "soak", script);
  const { code, stdout, text } = await run(await tool(name), [...flags, path, ...args], {
    env: cleanEnv(),
    seconds: 1800,
  });
  if (code !== 0) failed++;
  console.log(`${runtime.padEnd(8)} ${code === 0 ? stdout.trim() : `FAILED (${code})\n${text}`}`);
}

const flood = await startFlood(Number(values.megabytes));
console.log(`a stream of ${values.megabytes} MB, the peak of memory, without us and with us:`);
for (const runtime of Object.keys(runtimes)) {
  for (const how of ["without", "with"]) await play(runtime, "large.ts", flood.url, how);
}
flood.close();

console.log(`\n${values.calls} mixed calls, seed ${values.seed}:`);
for (const runtime of Object.keys(runtimes)) {
  await play(runtime, "mixed.ts", values.seed, values.calls);
}

console.log("\nentries with every bit of every byte flipped, and every length:");
for (const runtime of Object.keys(runtimes)) await play(runtime, "bits.ts");

console.log(`\n${values.megabytes} MB from a directory into a pack, and from it into another:`);
for (const runtime of Object.keys(runtimes)) await play(runtime, "pack.ts", values.megabytes);
await play("Node 24", "pack-damage.ts", values.seed, "20000");

console.log("\n100 000 entries of a directory, listed, counted, verified and removed:");
for (const runtime of Object.keys(runtimes)) await play(runtime, "entries.ts", "100000");

console.log(`\n${values.crashes} processes killed while eight ask the same, seed ${values.seed}:`);
demand(await buildCompiled());
const { bad, ...counts } = await crash(Number(values.crashes), Number(values.seed));
if (bad.length > 0) failed++;
console.log(bad.length > 0 ? `FAILED\n${bad.join("\n")}` : JSON.stringify(counts));

console.log(`\n${values.entries} entries in a directory, beside 1 000, and some of them removed:`);
await play("Node 24", "room.ts", values.entries);

const properties = readdirSync(inRoot("tests")).filter((name) =>
  name.includes("-properties.test.") ||
  (name.endsWith(".test.ts") &&
    /LLMCACHE_CASES|fixture-laws/.test(readFileSync(inRoot("tests", name), "utf8")))
);
const runners = {
  "Node 24": ["node24", "--disable-warning=ExperimentalWarning", "--test"],
  Bun: ["bun", "test", "--timeout", "600000"],
  Deno: ["deno", "test", "-A", "--no-check", "--quiet"],
};
console.log("\nall cases of every property:");
for (const [runtime, [name, ...flags]] of Object.entries(runners)) {
  const paths = properties.map((file) => inRoot("tests", file));
  const env = cleanEnv({ LLMCACHE_CASES: "1000" });
  const { code, text } = await run(await tool(name), [...flags, ...paths], { env, seconds: 1800 });
  if (code !== 0) failed++;
  console.log(`${runtime.padEnd(8)} ${code === 0 ? "hold" : `FAILED (${code})\n${text}`}`);
}

const docs = await runDocs();
if (docs.failed > 0) failed++;
console.log(
  `\nexamples, as deno test --doc finds them: ${docs.passed} passed, ${docs.failed} failed`,
);
if (docs.failed > 0) console.log(docs.output);

console.log(failed === 0 ? "\nall well" : `\n${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
