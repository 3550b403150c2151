import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { apt } from "../apt.mjs";
import { strict } from "../setup.mjs";
import { Missing, tool } from "../tools.mjs";

const onPath = (...names) => {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
};

const chromium = [
  process.env.CHROMIUM,
  ...onPath("chromium", "chromium-browser", "google-chrome"),
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];
const firefox = [
  process.env.FIREFOX,
  ...onPath("firefox-esr", "firefox"),
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
];

/** Each engine: what brings it, and the places of each program it takes, its own first. */
const engines = {
  chromium: { title: "Chromium", packages: ["chromium"], programs: [chromium] },
  firefox: { title: "Firefox", packages: ["firefox-esr"], programs: [firefox] },
  // xvfb-run has no xauth of its own. Without a display WebKitGTK hangs.
  webkit: {
    title: "WebKitGTK",
    packages: ["webkit2gtk-driver", "xvfb", "xauth"],
    programs: [onPath("WebKitWebDriver"), onPath("xvfb-run"), onPath("xauth")],
  },
};

export const engineNames = Object.keys(engines);
export const titleOf = (name) => engines[name].title;

function find({ programs }) {
  const found = programs.map((places) => places.find((path) => path && existsSync(path)));
  return found.every(Boolean) ? found : undefined;
}

/**
 * How to run a script of ours that drives an engine, in a Node new enough for the drivers: a command
 * and its arguments, the engine's name and program at their end.
 *
 * @throws Missing where the engine is not there and this is not CI, or the system cannot bring it.
 */
export async function driven(name, script) {
  const engine = engines[name];
  let text = "";
  if (!find(engine) && strict) ({ text } = await apt(...engine.packages));
  const found = find(engine);
  if (!found) throw new Missing(engine.title, `apt-get install ${engine.packages.join(" ")}`, text);
  const [program, display] = found;
  const command = [await tool("node24"), script, name, program];
  return display ? [display, "-a", ...command] : command;
}
