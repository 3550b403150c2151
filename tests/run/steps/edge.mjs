import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { inRoot } from "../paths.mjs";
import { run, tempDir } from "../proc.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";
import { bundle } from "../bundle.mjs";

const entryPoints = [inRoot("tests", "edge", "worker.ts")];

/** A worker whose `test` may call itself and this machine. */
const configuration = (baseURL, compatibility) =>
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
  (name = "main", worker = .main),
  (name = "internet", network = (allow = ["private"])),
]);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  bindings = [(name = "self", service = "main"), (name = "BASE_URL", text = "${baseURL}")],
  ${compatibility},
);
`;

async function inWorkerd(compatibility, baseURL) {
  const cwd = tempDir("workerd");
  writeFileSync(join(cwd, "worker.js"), await bundle({ entryPoints }));
  writeFileSync(join(cwd, "config.capnp"), configuration(baseURL, compatibility));
  return run(await tool("workerd"), ["test", "config.capnp"], { cwd, seconds: 60 });
}

async function inEdgeLight(baseURL) {
  const path = join(tempDir("edge-light"), "bundle.js");
  const options = { entryPoints, format: "iife", globalName: "bundled" };
  writeFileSync(path, await bundle(options));
  const script = inRoot("tests", "edge", "vm.mjs");
  return run(process.execPath, [script, await tool("edge-light"), path, baseURL], { seconds: 60 });
}

/** Where nothing is kept: a miss, a hit in the next request, and one warning with the way out. */
const places = [
  ["Cloudflare-Workers", (url) => inWorkerd('compatibilityDate = "2024-01-01"', url)],
  // It brings `node:fs`, whose files are gone after the request.
  [
    "Cloudflare-Workers",
    (url) =>
      inWorkerd('compatibilityDate = "2025-09-15", compatibilityFlags = ["nodejs_compat"]', url),
  ],
  ["edge-runtime", inEdgeLight],
];

function judge(name, { stdout, text }, calls) {
  let said = {};
  try {
    said = JSON.parse(stdout);
  } catch {
    // It crashed; `text` tells.
  }
  const { where, first, second, warnings = [] } = said;
  const checks = [
    [`runs in ${name}`, where === name],
    ["a miss, then a hit", first?.hit === false && second?.hit === true],
    ["the same answer", first?.text === second?.text && calls === 1],
    ["one warning", warnings.length === 1 && /in memory.* pass a `store`$/.test(warnings[0])],
  ];
  const bad = checks.filter(([, ok]) => !ok).map(([what]) => what);
  return bad.length > 0 ? [`${name}: not ${bad.join(", not ")}; ${calls} calls\n${text}`] : [];
}

export const edge = {
  name: "edge",
  title: "workerd and edge-light",
  async run() {
    const upstream = await startUpstream();
    const bad = [];
    try {
      for (const [name, start] of places) {
        const result = await start(upstream.baseURL);
        bad.push(...judge(name, result, upstream.take()));
      }
    } finally {
      upstream.close();
    }
    const note = "memory, and one warning";
    return { passed: places.length - bad.length, failed: bad.length, note, output: bad.join("\n") };
  },
};
