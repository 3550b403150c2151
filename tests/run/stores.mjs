/** What every runtime tests. */
const common = [
  "memory",
  "node-fs",
  "deno-kv (an open one)",
  "layered (memory, memory)",
  "layered (memory, node-fs)",
  "layered (node-fs, node-fs)",
];

/** The stores that each runtime must have tested with tests/conformance.ts: a job with fewer fails. */
const wanted = {
  node20: common,
  node22: common,
  node24: common,
  node26: common,
  bun: [...common, "bun-file"],
  deno: [...common, "deno-fs", "deno-kv", "layered (memory, deno-kv)"],
};

/** The same in each place of a browser. */
export const wantedInBrowsers = {
  page: ["memory", "layered (memory, indexeddb)", "indexeddb"],
  worker: ["indexeddb"],
  "shared worker": ["indexeddb"],
};

const passes = {
  node: /^✔ store (.+?): /gm,
  bun: /^\(pass\) store (.+?): /gm,
  deno: /^store (.+?): .* \.\.\. ok/gm,
};

/** How many cases passed by store, by what a test runner printed. */
export function storesPassed(runner, text) {
  const cases = new Map();
  for (const [, name] of text.matchAll(passes[runner])) {
    cases.set(name, (cases.get(name) ?? 0) + 1);
  }
  return cases;
}

/** The same, and the `missing` ones of those that a runtime has. */
export function storesTested(runtime, runner, text) {
  const cases = storesPassed(runner, text);
  return { cases, missing: wanted[runtime].filter((name) => !cases.has(name)) };
}
