import { inRoot } from "../paths.mjs";
import { tempDir } from "../proc.mjs";
import { deno } from "../std-fs.mjs";
import { counted } from "../counts.mjs";
import { storesPassed } from "../stores.mjs";

const memory = ["memory", "layered (memory, memory)"];
const files = ["node-fs", "deno-fs"];

/** What Deno is granted, a directory by its name, and the stores it must have tested with that. */
const grants = [
  { flags: [], stores: memory },
  { flags: ["--allow-env"], stores: memory },
  { flags: ["--unstable-kv"], stores: [...memory, "deno-kv"] },
  { files: true, flags: [], stores: [...memory, ...files] },
  {
    files: true,
    flags: ["--unstable-kv", "--allow-env"],
    stores: [...memory, "deno-kv", ...files],
  },
];

async function tryWith({ flags, files, stores }) {
  const dir = files ? tempDir("granted") : undefined;
  const all = files ? [...flags, `--allow-read=${dir}`, `--allow-write=${dir}`] : flags;
  const script = inRoot("tests", "granted", "stores.ts");
  const args = ["test", "--no-check", ...all, script, ...(dir ? ["--", dir] : [])];
  const result = counted("deno", await deno(args));
  const tested = [...storesPassed("deno", result.output).keys()].sort();
  if (tested.join() === stores.toSorted().join()) return result;
  const said = `with ${all.join(" ") || "nothing"}: tested ${tested.join(", ")}\n`;
  return { ...result, failed: result.failed + 1, output: said + result.output };
}

export const granted = {
  name: "granted",
  title: "stores in Deno, by permissions",
  async run() {
    const results = [];
    for (const grant of grants) results.push(await tryWith(grant));
    const sum = (name) => results.reduce((all, result) => all + result[name], 0);
    const stores = grants.map(({ stores }) => stores.length).join(", ");
    return {
      passed: sum("passed"),
      failed: sum("failed"),
      stores: storesPassed("deno", results.map(({ output }) => output).join("\n")),
      note: `${stores} stores with ${grants.length} kinds of permissions`,
      output: results.filter(({ failed }) => failed > 0).map(({ output }) => output).join("\n"),
    };
  },
};
