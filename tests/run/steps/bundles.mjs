import { readFileSync } from "node:fs";
import { inRoot } from "../paths.mjs";
import { budgets, weigh } from "../sizes.mjs";
import { onlyOnJsr } from "./manifests.mjs";

/** The command line is no part of a page. */
const notForBrowsers = ["./cli"];

const kib = (size) => size.toFixed(1);

/** Bundles one subpath, and holds it against its budget. */
async function judge(subpath, file) {
  const { all, first } = await weigh(file);
  const budget = budgets[subpath];
  if (!budget) throw new Error("no budget in tests/run/sizes.mjs");
  if (all > budget) throw new Error(`${kib(all)} KiB gzipped, more than ${budget}`);
  return `${subpath} ${kib(all)}${kib(first) === kib(all) ? "" : ` (${kib(first)} at first)`}`;
}

export const bundles = {
  name: "bundles",
  title: "each subpath bundled for browsers",
  async run() {
    const { exports } = JSON.parse(readFileSync(inRoot("deno.json"), "utf8"));
    const bad = [];
    const sizes = [];
    for (const [subpath, file] of Object.entries(exports)) {
      if ([...onlyOnJsr, ...notForBrowsers].includes(subpath)) continue;
      try {
        sizes.push(await judge(subpath, file));
      } catch (error) {
        bad.push(`${subpath}: ${error.message}`);
      }
    }
    const note = `KiB gzipped: ${sizes.join(", ")}`;
    return { passed: sizes.length, failed: bad.length, note, output: bad.join("\n") };
  },
};
