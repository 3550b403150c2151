import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { root } from "./paths.mjs";

/** Root takes the rights of nobody to test what may not be written, and must still get there. */
function passable(folder) {
  chmodSync(folder, 0o711);
  return folder;
}

const scratch = passable(mkdtempSync(join(tmpdir(), "llmcache-test-")));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));

const compiled = passable(mkdirSync(join(scratch, "compiled"), { recursive: true }));

/** A new folder outside the checkout, removed when the run ends. */
export function tempDir(name) {
  return passable(mkdtempSync(join(scratch, `${name}-`)));
}

const foreign = /^(LLMCACHE_|OPENAI_|AZURE_OPENAI_|XDG_|DENO_|BUN_|NODE_|npm_)/i;
// Behind a proxy of one's own, a runtime reaches npm only with the certificates it was given.
const certificates = /CERT|_CA_/;

/** What the user has set must not change a test: an empty home, and no settings of the tools. */
export function cleanEnv(extra = {}) {
  const home = tempDir("home");
  const temp = join(home, "tmp");
  mkdirSync(temp);
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!foreign.test(name) || certificates.test(name)) env[name] = value;
  }
  Object.assign(env, { HOME: home, USERPROFILE: home, LOCALAPPDATA: home });
  Object.assign(env, { TMPDIR: temp, TEMP: temp, TMP: temp, NO_COLOR: "1" });
  env.DENO_TLS_CA_STORE ??= "mozilla,system";
  // Node ≥ 24 keeps there what it has made of TypeScript: half of what a small program takes.
  env.NODE_COMPILE_CACHE = compiled;
  const registry = process.env.npm_config_registry ?? process.env.NPM_CONFIG_REGISTRY;
  if (registry) env.NPM_CONFIG_REGISTRY = registry;
  const recordings = resolve(root, process.env.LLMCACHE_RECORDINGS ?? "../shared/recordings");
  if (existsSync(recordings)) env.LLMCACHE_RECORDINGS = recordings;
  return { ...env, ...extra };
}

const windows = process.platform === "win32";
const living = new Set();

/** Ends a program and those it started: a test runner's own would run on. */
function end(child) {
  try {
    if (windows) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    living.forEach(end);
    process.exit(130);
  });
}

/**
 * Sees to it that a program ends when this one does.
 *
 * @returns forgets about it.
 */
export function ending(child) {
  living.add(child);
  return () => living.delete(child);
}

/**
 * Runs a program to its end.
 *
 * @returns its exit code (124: ended here after `seconds`) and what it printed, both streams in
 *   `text`, standard output alone in `stdout`.
 */
export function run(command, args, { cwd = root, env = cleanEnv(), seconds = 300 } = {}) {
  return new Promise((done) => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { cwd, env, stdio, detached: !windows });
    living.add(child);
    let text = "";
    let stdout = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end(child);
    }, seconds * 1000);
    const take = (data) => {
      text += data;
    };
    child.stdout.setEncoding("utf8").on("data", (data) => {
      stdout += data;
      take(data);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    const settle = (code) => {
      clearTimeout(timer);
      living.delete(child);
      if (late) text += `\nended after ${seconds} s\n`;
      done({ code: late ? 124 : code ?? 1, text, stdout });
    };
    child.on("error", (error) => {
      text += `${error.message}\n`;
      settle(127);
    });
    child.on("close", settle);
  });
}

/** npm as it is set up on this machine: its own home, cache and registry. */
export function npm(args, options = {}) {
  const quiet = ["--no-fund", "--no-audit", "--no-update-notifier", "--ignore-scripts"];
  const cli = process.env.npm_execpath;
  const all = [...quiet, ...args];
  const env = { ...process.env };
  if (cli?.endsWith("npm-cli.js")) return run(process.execPath, [cli, ...all], { env, ...options });
  return windows
    ? run("cmd", ["/c", "npm", ...all], { env, ...options })
    : run("npm", all, { env, ...options });
}
