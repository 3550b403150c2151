import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./paths.mjs";
import { run, tempDir } from "./proc.mjs";

const { version } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));

/**
 * Uses the command line as its users do, each command a process, on a directory in which a script has
 * stored two answers and was served both.
 *
 * @param command what starts it: the program and its first arguments.
 * @returns lines for what is not as it must be; none is good.
 */
export async function tryCommandLine(name, [program, ...first], dir, { cwd, env }) {
  const bad = [];
  const folder = tempDir("cli");
  const other = ["--dir", join(folder, "other")];
  const pack = join(folder, "all.tar");

  async function say(args, code = 0) {
    const result = await run(program, [...first, ...args], {
      cwd,
      env: { ...env, LLMCACHE_DIR: dir },
      seconds: 60,
    });
    if (result.code !== code) {
      bad.push(`${name} ${args.join(" ")}: ended with ${result.code}, not ${code}\n${result.text}`);
    }
    return result.stdout.trim();
  }
  const expect = (what, given, wanted) => {
    if (String(given) !== String(wanted)) bad.push(`${name} ${what}: ${given}, not ${wanted}`);
  };
  const json = async (...args) => JSON.parse(await say([...args, "--json"]) || "null");

  expect("--version", await say(["--version"]), version);
  expect("path", await say(["path"]), dir);
  const listed = await json("ls") ?? [];
  expect("ls", listed.map(({ form }) => form).sort(), "stream,whole");
  expect("stats", (await json("stats"))?.saved.total.calls, 2);
  const [shown] = await json("show", listed[0]?.key ?? "none") ?? [];
  expect("show", shown?.key, listed[0]?.key);
  expect("verify", (await json("verify"))?.entries, 2);
  expect("pack", (await json("pack", pack))?.entries, 2);
  expect("unpack", (await json("unpack", pack, ...other))?.stored, 2);
  expect("rm", (await json("rm", listed[0]?.key.slice(0, 12), ...other))?.removed, 2);
  expect("ls of none", (await json("ls", ...other))?.length, 0);
  await say(["sl"], 2);
  await say(["show", "0000"], 1);
  return bad;
}
