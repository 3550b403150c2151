// `npm run bench`: what a hit costs, in Node 24, the Node at hand, Bun and Deno, one after the other.
// `npm run bench -- stores`: what each store costs beside the engine it is made of.
// `npm run bench -- keys`: what it costs to find the key of a request.
// `npm run bench -- batches`: what a vector costs in a batch of embeddings, and as an item of its own.
// `npm run bench -- misses`: what a claim adds to a miss.
// They print verdicts and fail nothing: the machine may be busy with something else.
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { buildCompiled, demand } from "../run/build.mjs";
import { driven, engineNames, titleOf } from "../run/browsers/engines.mjs";
import { inRoot } from "../run/paths.mjs";
import { cleanEnv, run } from "../run/proc.mjs";
import { setUp } from "../run/setup.mjs";
import { stdFs } from "../run/std-fs.mjs";
import { Missing, tool } from "../run/tools.mjs";
import { line, tables } from "./tables.mjs";

const { [process.argv[2] ?? "hits"]: table } = tables;
if (!table) {
  console.error(
    `no such bench: ${process.argv[2]}; there are ${Object.keys(tables).join(" and ")}`,
  );
  process.exit(2);
}
const { script, intro, columns, row } = table;
const source = inRoot("tests", "bench", `${script}.ts`);
const compiled = inRoot(".build", "tests", "bench", `${script}.js`);

const deno = ["run", "-A", "--unstable-kv", "--no-check", source];
const runtimes = [
  { title: "Node 24", name: "node24", kind: "node", args: [source] },
  { title: "Bun", name: "bun", kind: "bun", args: ["run", source] },
  { title: "Deno", name: "deno", kind: "deno", args: deno },
];
const [major] = process.versions.node.split(".");
if (major !== "24") {
  const here = { title: `Node ${major}`, name: `node${major}`, kind: "node" };
  runtimes.unshift({ ...here, args: [Number(major) < 23 ? compiled : source] });
}

await setUp();
const built = await buildCompiled();
// A type error in some test is no reason not to measure.
if (!existsSync(compiled)) demand(built);
console.log(intro);
const load = () => console.log(`\nload ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`);
load();
const { env } = await stdFs();

/** Runs a program that prints its results, and shows them. */
async function show(title, kind, command, args) {
  console.log(`\n${line([title, ...columns.slice(1).map(([head]) => head)], columns)}`);
  const options = { seconds: 600, env: cleanEnv(env) };
  const { code, stdout, text } = await run(command, args, options);
  if (code !== 0) return console.log(text);
  for (const result of JSON.parse(stdout)) console.log(line(row(result, kind), columns));
}

for (const { title, name, kind, args } of runtimes) await show(title, kind, await tool(name), args);
for (const name of table.inBrowsers ? engineNames : []) {
  try {
    const [command, ...args] = await driven(name, inRoot("tests", "bench", "browsers.mjs"));
    await show(titleOf(name), name, command, args);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.log(`\n${error.message}`);
  }
}
load();
