/** What every runtime tests. */
const common = [
  "memory",
  "node-fs",
  "deno-kv (an open one)",
  "layered (memory, memory)",
  "layered (memory, node-fs)",
  "layered (node-fs, node-fs)",
  "keyv 5",
  "unstorage",
];
/** What they test where there is a Redis server. */
const inRedis = ["keyv 5, Redis", "unstorage, Redis"];

/** The stores that each runtime must have tested with tests/conformance.ts: a job with fewer fails. */
const wanted = {
  node20: [...common, ...inRedis],
  // Keyv 6 asks for Node 22.
  node22: [...common, "keyv 6"],
  node24: [...common, "keyv 6", ...inRedis, "keyv 6, Redis"],
  node26: [...common, "keyv 6"],
  bun: [...common, "keyv 6", ...inRedis, "keyv 6, Redis", "bun-file"],
  deno: [
    ...[...common, "keyv 6", ...inRedis, "keyv 6, Redis"],
    ...["deno-fs", "deno-kv", "layered (memory, deno-kv)"],
  ],
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

function countEach(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** How many cases passed by store, by what a test runner printed. */
export function storesPassed(runner, text) {
  return countEach(Array.from(text.matchAll(passes[runner]), ([, name]) => name));
}

/** The same by what a browser told, in all its places together. */
export function storesPassedIn(results) {
  const passed = results.filter(([, error]) => error === null);
  return countEach(passed.flatMap(([name]) => /: store (.+?): /.exec(name)?.[1] ?? []));
}

/** The same, and the `missing` ones of those that a runtime has, with a Redis server or without. */
export function storesTested(runtime, runner, text, hasRedis) {
  const cases = storesPassed(runner, text);
  const needed = wanted[runtime].filter((name) => hasRedis || !name.includes("Redis"));
  return { cases, missing: needed.filter((name) => !cases.has(name)) };
}
