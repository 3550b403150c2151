import { readFileSync } from "node:fs";
import { inRoot } from "../paths.mjs";

const read = (name) => JSON.parse(readFileSync(inRoot(name), "utf8"));

/** Subpaths that only one of the two registries can have. */
export const onlyOnJsr = ["./deno-fs"];
const onlyOnNpm = ["./package.json"];

const without = (exports, names) => Object.keys(exports).filter((path) => !names.includes(path));
const built = (path) => path.replace(/^\.\//, "./dist/").replace(/\.ts$/, ".js");

/** What `llmcache --version` says. */
const said = () =>
  /VERSION = "(.+)"/.exec(readFileSync(inRoot("src", "cli", "version.ts"), "utf8"))[1];

function compare(npm, jsr) {
  const same = (title, a, b) => ({ title, ok: JSON.stringify(a) === JSON.stringify(b), a, b });
  const paths = without(jsr.exports, onlyOnJsr);
  const files = paths.map((path) => built(jsr.exports[path]));
  const scripts = Object.values(jsr.tasks).map((task) => /^npm (?:run )?(\w+) --$/.exec(task)?.[1]);
  return [
    same("name", npm.name, jsr.name),
    same("version", npm.version, jsr.version),
    same("version of the command line", said(), npm.version),
    same("license", npm.license, jsr.license),
    same("subpaths", without(npm.exports, onlyOnNpm).sort(), paths.toSorted()),
    same("built files", paths.map((path) => npm.exports[path]?.default), files),
    same("tasks call scripts", scripts, Object.keys(jsr.tasks)),
    same("scripts of tasks", scripts.filter((name) => !npm.scripts[name]), []),
  ];
}

export const manifests = {
  name: "manifests",
  title: "both manifests agree",
  run() {
    const results = compare(read("package.json"), read("deno.json"));
    const bad = results.filter(({ ok }) => !ok);
    const say = ({ title, a, b }) => `${title}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
    const passed = results.length - bad.length;
    return { passed, failed: bad.length, output: bad.map(say).join("\n") };
  },
};
