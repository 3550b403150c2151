import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { tryCommandLine } from "../cli.mjs";
import { inRoot } from "../paths.mjs";
import { testOwnStore } from "../own-store.mjs";
import { cleanEnv, npm, run, tempDir } from "../proc.mjs";
import { locked } from "../setup.mjs";
import { tool } from "../tools.mjs";
import { startUpstream } from "../upstream.mjs";
import { script, twice, untyped } from "../user.mjs";

const ours = 'import { cachedChat } from "@x/llmcache";';
const oursOnJsr = 'import { cachedChat } from "jsr:@x/llmcache";';

const subpaths = `import { memoryStore } from "@x/llmcache/memory";
import { nodeFsStore } from "@x/llmcache/node-fs";
import { bunFileStore } from "@x/llmcache/bun-file";
import { storeConformance } from "@x/llmcache/testing";
const all = [memoryStore, nodeFsStore, bunFileStore, storeConformance];
console.log(all.every((make) => typeof make === "function"));
`;

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  types: [],
};

/** Packs the checkout and installs the tarball, with both lines of the SDK, in an empty folder. */
async function install() {
  const cwd = tempDir("tarball");
  const packed = await npm(["pack", "--json", "--pack-destination", cwd], { cwd: inRoot() });
  const [{ filename, files }] = JSON.parse(packed.stdout);
  writeFileSync(join(cwd, "package.json"), '{ "type": "module", "private": true }');
  const sdk = `openai@${locked("openai")}`;
  const older = `openai-6@npm:openai@${locked("openai-6")}`;
  const args = ["install", "--prefer-offline", join(cwd, filename), sdk, older];
  const { code, text } = await npm(args, { cwd });
  if (code !== 0) throw new Error(text);
  return { cwd, files: files.map(({ path }) => path) };
}

function write(cwd) {
  const put = (name, text) => writeFileSync(join(cwd, name), text);
  put("main.mjs", untyped(ours, "openai"));
  put("main-20.mjs", untyped(ours, "openai-6"));
  put("main.ts", script(ours, "openai-6"));
  put("subpaths.mjs", subpaths);
  put("jsr.ts", script(oursOnJsr, "openai"));
}

/** `npx @x/llmcache` and `bunx @x/llmcache`, on what a script has stored. */
async function commandLine(cwd, upstream, [node20, node24, bun]) {
  const dir = tempDir("entries");
  const extra = { LLMCACHE_DIR: dir };
  const stored = await twice("Node 24", node24, ["main.mjs"], { cwd, upstream, extra });
  const tried = (name, command, env = cleanEnv()) =>
    tryCommandLine(name, command, dir, { cwd, env });
  // npm starts it by the first line of the file, and so by the first `node` of the path.
  const path = `${dirname(node20)}${delimiter}${process.env.PATH}`;
  const npx = [join(cwd, "node_modules", ".bin", "llmcache")];
  return [
    stored,
    await tried("npx, Node 20", npx, cleanEnv({ PATH: path })),
    await tried("Node 24", [node24, join("node_modules", "@x", "llmcache", "dist/src/cli/bin.js")]),
    await tried("bunx", [bun, "x", "--bun", "--no-install", "@x/llmcache"]),
    await npxOnce(cwd),
  ];
}

/** npx itself, once: each start of npm takes as long as all the others. */
async function npxOnce(cwd) {
  const { code, stdout, text } = await npm(
    ["exec", "--offline", "--", "@x/llmcache", "--version"],
    {
      cwd,
    },
  );
  return code === 0 && /^\d+\.\d+\.\d+$/m.test(stdout) ? [] : [`npx @x/llmcache\n${text}`];
}

const strays = (files) =>
  files.filter((path) =>
    !/^(dist\/(?!.*\/deno-fs\.).*\.(js|d\.ts)|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/
      .test(path)
  );

async function checks({ cwd, files }, upstream) {
  const [node20, node24, bun] = await Promise.all(["node20", "node24", "bun"].map(tool));
  const put = (name, value) => writeFileSync(join(cwd, name), JSON.stringify(value));
  const outcome = [];
  const used = (name, command, args) => twice(name, command, args, { cwd, upstream });
  const listed = strays(files).map((path) => `not for the package: ${path}`);
  outcome.push(listed);
  outcome.push(await used("Node 20", node20, ["main-20.mjs"]));
  outcome.push(await used("Node 24", node24, ["main.mjs"]));
  outcome.push(await used("Bun", bun, ["main.mjs"]));
  for (const command of [node20, node24, bun]) {
    const { stdout, text } = await run(command, ["subpaths.mjs"], { cwd });
    outcome.push(stdout.trim() === "true" ? [] : [`subpaths in ${command}\n${text}`]);
  }
  put("tsconfig.json", { compilerOptions, files: ["main.ts"] });
  const tsc = inRoot("node_modules", "typescript", "bin", "tsc");
  const typed = await run(process.execPath, [tsc, "-p", cwd], { cwd });
  outcome.push(typed.code === 0 ? [] : [`types of the package\n${typed.text}`]);
  const paths = { "jsr:@x/llmcache": ["./node_modules/@x/llmcache"] };
  put("tsconfig.json", { compilerOptions: { paths } });
  outcome.push(await used("Bun, literal jsr: line", bun, ["jsr.ts"]));
  outcome.push(...await commandLine(cwd, upstream, [node20, node24, bun]));
  outcome.push(...await testOwnStore(cwd));
  return outcome;
}

export const tarball = {
  name: "tarball",
  title: "npm pack, installed and used",
  needs: ["build"],
  async run() {
    const upstream = await startUpstream();
    try {
      const installed = await install();
      write(installed.cwd);
      const outcome = await checks(installed, upstream);
      const bad = outcome.filter((lines) => lines.length > 0);
      return {
        passed: outcome.length - bad.length,
        failed: bad.length,
        note: `${installed.files.length} files`,
        output: bad.flat().join("\n"),
      };
    } finally {
      upstream.close();
    }
  },
};
