import { readdirSync, readFileSync } from "node:fs";
import { compile } from "../build.mjs";
import { checked } from "../counts.mjs";
import { inRoot } from "../paths.mjs";
import { cleanEnv, run, tempDir } from "../proc.mjs";
import { setUp, strict } from "../setup.mjs";
import { Missing, tool } from "../tools.mjs";

const folder = inRoot("tests", "clients");
const flows = readdirSync(`${folder}/flows`).map((name) => name.replace(/\.ts$/, "")).sort();

/** Formats that are not covered pass through each time. */
const passing = ["cohere"];

let ready;

/** The SDKs and frameworks have a lock of their own. */
function install() {
  ready ??= setUp(folder).catch((error) => {
    if (strict) throw error;
    throw new Missing("tests/clients/node_modules", "npm ci in tests/clients", error.message);
  });
  return ready;
}

async function playAll(command, args, provider, dir, more = {}) {
  const env = cleanEnv({ LLMCACHE_DIR: dir, ...more });
  const script = `${folder}/main.ts`;
  const result = await run(command, [...args, script, provider.origin, ...flows], { env });
  const [, json] = /^RESULTS (.*)$/m.exec(result.stdout) ?? [];
  const text = result.text.replace(/^RESULTS .*$/m, "");
  return { results: {}, missed: {}, ...JSON.parse(json ?? "{}"), calls: provider.take(), text };
}

/** What is wrong with a flow, if anything. */
function judge(name, first, second) {
  const [one, two] = [first, second].map(({ results }) => results[name]);
  const [out, again] = [first, second].map(({ calls }) => calls[name] ?? 0);
  for (const run of [one, two]) {
    if (run === undefined) return "it has no result";
    if (run.error) return `${run.error}\n${run.statuses.join(", ")}`;
  }
  if (out === 0) return "no call went out";
  const expected = passing.includes(name) ? out : 0;
  const told = `${one.statuses.join(", ")}\n${two.statuses.join(", ")}`;
  if (again !== expected) return `${again} calls the second time, not ${expected}\n${told}`;
  const [before, after] = [one, two].map(({ result }) => JSON.stringify(result));
  return passing.includes(name) || before === after
    ? undefined
    : `other results\n${before}\n${after}`;
}

/** In `replay` mode, with nothing stored: one error that says so, no retry, and no call. */
function judgeMiss(name, { missed, calls }) {
  const { error = "no error", statuses = [] } = missed[name] ?? {};
  const out = calls[`replay-${name}`];
  if (out) return `${out} calls in replay mode`;
  if (!error.includes("llmcache: in replay mode nothing goes out")) return error;
  const told = statuses.join(", ");
  return told === "replay-miss" || name === "team" ? undefined : `not once: ${told}`;
}

const step = (runtime, title, ...args) => ({
  name: `clients-${runtime}`,
  title: `SDKs and frameworks in ${title}`,
  async run() {
    await install();
    const command = await tool(runtime);
    const { startProvider } = await import("../../clients/provider.mjs");
    const provider = await startProvider();
    const dir = tempDir("clients");
    try {
      const first = await playAll(command, args, provider, dir);
      const second = await playAll(command, args, provider, dir, { EMPTY_DIR: tempDir("empty") });
      const bad = flows.flatMap((name) => [
        [name, judge(name, first, second)],
        [`${name}, replay miss`, judgeMiss(name, second)],
      ]).filter(([, why]) => why);
      const counts = flows.map((name) => `${name} ${first.calls[name]}→${second.calls[name] ?? 0}`);
      return {
        passed: 2 * flows.length - bad.length,
        failed: bad.length,
        note: `calls: ${counts.join(", ")}`,
        output: bad.map(([name, why]) => `${name}: ${why}`).join("\n\n") +
          (bad[0] ? first.text + second.text : ""),
      };
    } finally {
      await provider.close();
    }
  },
});

/** The table in the README says which version was tried. */
function wrongVersions() {
  const [, section = ""] = readFileSync(inRoot("README.md"), "utf8").split(
    "### SDKs and frameworks",
  );
  const rows = [...section.split("\n## ")[0].matchAll(/^\| `(\S+)` +\| ([\d.]+) /gm)];
  const { packages } = JSON.parse(readFileSync(`${folder}/package-lock.json`, "utf8"));
  const wrong = rows.filter(([, name, tried]) =>
    !packages[`node_modules/${name}`]?.version.startsWith(`${tried}.`)
  );
  if (rows.length === 0) return ["README.md names no version of any client"];
  return wrong.map(([row]) => `README.md: not the version that is tried: ${row}`);
}

const types = {
  name: "clients-types",
  title: "SDKs and frameworks: types, versions",
  async run() {
    await install();
    const { passed, failed, output } = checked(await compile("tests/clients/tsconfig.json"));
    const wrong = wrongVersions();
    return {
      passed: passed + (wrong.length === 0 ? 1 : 0),
      failed: failed + (wrong.length === 0 ? 0 : 1),
      note: `${flows.length} flows`,
      output: [output, ...wrong].join("\n"),
    };
  },
};

/** What people build agents with, each flow twice: the second time nothing goes out. */
export const clients = [
  types,
  step("node24", "Node 24", "--disable-warning=ExperimentalWarning"),
  step("bun", "Bun"),
  step("deno", "Deno", "run", "-A", "--no-check"),
];
