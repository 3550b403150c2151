import { readdirSync, readFileSync } from "node:fs";
import { checked, counted } from "../counts.mjs";
import { writeExamples } from "../doc-examples.mjs";
import { inRoot } from "../paths.mjs";
import { tempDir } from "../proc.mjs";
import { deno } from "../std-fs.mjs";
import { startUpstream } from "../upstream.mjs";

const files = ({ text }) => `${/Checked (\d+) files?/.exec(text)?.[1] ?? "no"} files`;
const times = ({ text }, pattern) => text.match(pattern)?.length ?? 0;

export const lint = {
  name: "lint",
  title: "lint (deno lint)",
  async run() {
    const result = await deno(["lint"]);
    return checked(result, files(result));
  },
};

export const format = {
  name: "fmt",
  title: "format (deno fmt)",
  async run() {
    const result = await deno(["fmt", "--check"]);
    return checked(result, files(result));
  },
};

/** What Deno checks: the type tests are compiled by tsd and under bun-types. */
function sources() {
  const tests = readdirSync(inRoot("tests"), { withFileTypes: true });
  const own = tests.filter(({ name }) =>
    name.endsWith(".ts") || /^(bench|browser|edge|granted|run)$/.test(name)
  );
  // Bun's own is checked under bun-types.
  const examples = readdirSync(inRoot("examples")).filter((name) => name !== "bun.ts");
  return [
    ...["mod.ts", "src", "adapters"],
    ...own.map(({ name }) => `tests/${name}`),
    ...examples.map((name) => `examples/${name}`),
  ];
}

export const denoCheck = {
  name: "deno-check",
  title: "types under Deno (deno check)",
  async run() {
    const result = await deno(["check", ...sources()]);
    return checked(result, `${times(result, /^Check /gm)} files, ${result.std}`);
  },
};

/** Runs examples; those that talk to a provider find one on this machine. */
async function runExamples(args) {
  const upstream = await startUpstream();
  const env = {
    OPENAI_API_KEY: "no-key-needed",
    OPENAI_BASE_URL: upstream.baseURL,
    LLMCACHE_DIR: tempDir("doc"),
  };
  const result = await deno(["test", "-A", ...args], { env });
  upstream.close();
  return { ...counted("deno", result), note: result.std };
}

const documented = ["mod.ts", "src", "adapters", "tests/conformance.ts", "README.md"];

export const docTests = {
  name: "doc",
  title: "examples in comments and README",
  run: () => runExamples(["--config", inRoot("deno.json"), writeExamples(documented)]),
};

/** The same as Deno finds them itself, each in an isolate of its own: for the soak. */
export function runDocs() {
  const adapters = readdirSync(inRoot("adapters")).map((name) => `adapters/${name}`);
  return runExamples([
    "--doc",
    ...documented.flatMap((path) => path === "adapters" ? adapters : path),
  ]);
}

export const symbols = {
  name: "symbols",
  title: "every public symbol has its comment",
  async run() {
    const { exports } = JSON.parse(readFileSync(inRoot("deno.json"), "utf8"));
    const { code, text, std } = await deno(["doc", "--lint", ...Object.values(exports)]);
    // It looks for the files of @types/node among packages, in vain, and says so for each.
    const said = text.replaceAll(/^Warning Failed resolving types.*\n(?: +at .*\n)?/gm, "");
    return checked({ code, text: said }, std);
  },
};

export const publish = {
  name: "publish",
  title: "deno publish --dry-run",
  async run() {
    const result = await deno(["publish", "--dry-run", "--allow-dirty"]);
    return checked(result, `${times(result, /file:\/\/\S+ \(/g)} files, ${result.std}`);
  },
};
