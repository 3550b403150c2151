// `npm run bench`: what a hit costs, in Node 24, the Node at hand, Bun and Deno, one after the other.
// It prints verdicts and fails nothing: the machine may be busy with something else.
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { buildCompiled, demand } from "../run/build.mjs";
import { inRoot } from "../run/paths.mjs";
import { run } from "../run/proc.mjs";
import { setUp } from "../run/setup.mjs";
import { tool } from "../run/tools.mjs";

const source = inRoot("tests", "bench", "hit.ts");
const compiled = inRoot(".build", "tests", "bench", "hit.js");

const runtimes = [
  { title: "Node 24", name: "node24", kind: "node", args: [source] },
  { title: "Bun", name: "bun", kind: "bun", args: ["run", source] },
  { title: "Deno", name: "deno", kind: "deno", args: ["run", "-A", "--no-check", source] },
];
const [major] = process.versions.node.split(".");
if (major !== "24") {
  const here = { title: `Node ${major}`, name: `node${major}`, kind: "node" };
  runtimes.unshift({ ...here, args: [Number(major) < 23 ? compiled : source] });
}

const columns = [["", 15], ["floor", 10], ["hit", 7], ["goal", 7], ["", 9], ["first", 7], [
  "naive",
  7,
]];
const line = (cells) =>
  cells.map((cell, at) => at === 0 ? cell.padEnd(columns[at][1]) : cell.padStart(columns[at][1]))
    .join("").trimEnd();

function rowOf({ name, goals, scores }, kind) {
  const [memory, hit, first, naive] = scores;
  const kept = hit.ratio <= goals[kind];
  return line([
    name,
    `${Math.round(memory.microseconds)} µs`,
    hit.ratio.toFixed(2),
    `≤ ${goals[kind]}`,
    kept ? "kept" : "missed",
    first.ratio.toFixed(2),
    naive.ratio.toFixed(2),
  ]);
}

await setUp();
const built = await buildCompiled();
// A type error in some test is no reason not to measure.
if (!existsSync(compiled)) demand(built);
console.log(
  `A hit through the openai SDK, as a multiple of the SDK's own floor: a fetch that answers from
memory. Request / answer. "first": each request is new to the process. "naive": files by promises.`,
);
const load = () => console.log(`\nload ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`);
load();
for (const { title, name, kind, args } of runtimes) {
  console.log(`\n${line([title, ...columns.slice(1).map(([head]) => head)])}`);
  const { code, stdout, text } = await run(await tool(name), args, { seconds: 300 });
  if (code !== 0) {
    console.log(text);
    continue;
  }
  for (const result of JSON.parse(stdout)) console.log(rowOf(result, kind));
}
load();
