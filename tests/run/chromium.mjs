import { existsSync } from "node:fs";
import process from "node:process";
import { run } from "./proc.mjs";
import { strict } from "./setup.mjs";
import { Missing } from "./tools.mjs";

const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const find = () => places.find((path) => path && existsSync(path));

/** Installs packages of the system, under CI alone: elsewhere the machine is somebody's own. */
async function apt(...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  return run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
}

/**
 * Where Chromium is.
 *
 * @throws Missing where there is none and this is not CI, or the system cannot bring it.
 */
export async function chromium() {
  let text = "";
  if (!find() && strict) ({ text } = await apt("chromium"));
  const path = find();
  if (!path) throw new Missing("Chromium", "apt-get install chromium, or set CHROMIUM", text);
  return path;
}

// Without these it looks up its maker's hosts at every start.
export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
