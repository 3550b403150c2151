import { readdirSync, readFileSync } from "node:fs";
import { buildCompiled, buildPackage, compile } from "../build.mjs";
import { checked } from "../counts.mjs";
import { inRoot, root } from "../paths.mjs";

export const build = {
  name: "build",
  title: "build: the package, and for Node 20",
  async run() {
    const [dist, compiled] = await Promise.all([buildPackage(), buildCompiled()]);
    return {
      passed: [dist, compiled].filter(({ code }) => code === 0).length,
      failed: [dist, compiled].filter(({ code }) => code !== 0).length,
      note: `${dist.files} and ${compiled.files} files`,
      output: dist.text + compiled.text,
    };
  },
};

const compiles = (name, title, config) => ({
  name,
  title,
  async run() {
    const result = await compile(config, "--listFiles", "--noEmit");
    const own = result.stdout.split("\n").filter((path) => path.startsWith(root));
    const files = own.filter((path) => !path.includes("node_modules")).length;
    const text = result.text.replaceAll(/^\/.*\.[cm]?ts\n/gm, "");
    return checked({ ...result, text }, `${files} files`);
  },
});

export const types = compiles("types", "types", "tsconfig.json");
export const webTypes = compiles(
  "web-types",
  "src with web types alone",
  "tests/tsconfig/web.json",
);
export const bunTypes = {
  ...compiles("bun-types", "types under bun-types", "tests/tsconfig/bun.json"),
  needs: ["build"],
};

/** How many assertions the type tests hold: tsd tells only of those that fail. */
function assertions(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".test-d.ts"));
  const text = files.map((name) => readFileSync(inRoot("tests", "types", name), "utf8")).join();
  return text.match(/^ *expect[A-Z]\w*[<(]/gm)?.length ?? 0;
}

export const typeTests = {
  name: "tsd",
  title: "type tests (tsd)",
  needs: ["build"],
  async run() {
    const { default: { default: tsd, formatter } } = await import("tsd");
    const diagnostics = await tsd({ cwd: root, testFiles: ["tests/types/*.test-d.ts"] });
    const failed = diagnostics.filter(({ severity }) => severity === "error").length;
    const all = assertions(inRoot("tests", "types"));
    return { passed: Math.max(0, all - failed), failed, output: formatter(diagnostics) };
  },
};
