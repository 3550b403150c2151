import { readFileSync } from "node:fs";
import { inRoot } from "../paths.mjs";
import { run } from "../proc.mjs";
import { tool } from "../tools.mjs";

const packageOf = (specifier) => /^npm:\/?((?:@[^/@]+\/)?[^/@]+)/.exec(specifier)?.[1];

/** Every specifier of the graph, static, dynamic and of types, as written and as resolved. */
function* specifiers({ modules }) {
  for (const module of modules) {
    yield module.specifier;
    for (const dependency of module.dependencies ?? []) {
      yield dependency.specifier;
      yield dependency.code?.specifier ?? dependency.specifier;
      yield dependency.type?.specifier ?? dependency.specifier;
    }
  }
}

function judge(info) {
  const allowed = Object.keys(
    JSON.parse(readFileSync(inRoot("package.json"), "utf8")).dependencies ?? {},
  );
  const all = [...new Set(specifiers(info))];
  const foreign = all.filter((one) => /^(node|jsr|bun|https?):/.test(one));
  const npm = all.filter((one) => one.startsWith("npm:")).map(packageOf);
  const broken = info.modules.filter(({ error }) => error).map(({ error }) => error);
  return [
    ["no module is broken", broken],
    ["no node:, jsr: or https:", foreign],
    ["of npm: only the dependencies", npm.filter((name) => !allowed.includes(name))],
  ];
}

export const graph = {
  name: "graph",
  title: "the whole module graph (deno info)",
  async run() {
    const result = await run(await tool("deno"), ["info", "--json", "mod.ts"]);
    if (result.code !== 0) return { passed: 0, failed: 1, output: result.text };
    const info = JSON.parse(result.stdout);
    const bad = judge(info).filter(([, found]) => found.length > 0);
    return {
      passed: 3 - bad.length,
      failed: bad.length,
      note: `${info.modules.length} modules`,
      output: bad.map(([rule, found]) => `${rule}: ${found.join(", ")}`).join("\n"),
    };
  },
};
