import { chromium, flags } from "../chromium.mjs";
import { inRoot } from "../paths.mjs";
import { startUpstream } from "../upstream.mjs";
import { bundle } from "./bundles.mjs";

const page = '<!doctype html><meta charset="utf-8"><title>llmcache</title>';

/** Runs the bundled script in a page of a server here, and answers with what it hands over. */
async function inPage(executablePath, upstream) {
  const { chromium: browsers } = await import("playwright-core");
  const browser = await browsers.launch({ executablePath, args: flags });
  try {
    const tab = await browser.newPage();
    const errors = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(`${upstream.origin}/`);
    const results = await tab.evaluate(async () => {
      const { prove } = await import("/bundle.js");
      return prove(`${location.origin}/v1`);
    });
    return { results, errors, version: browser.version() };
  } finally {
    await browser.close();
  }
}

export const browser = {
  name: "browser",
  title: "bundled for the browser, in Chromium",
  async run() {
    const path = await chromium();
    const script = await bundle({ entryPoints: [inRoot("tests", "run", "fixtures", "page.ts")] });
    const upstream = await startUpstream({
      "/": ["text/html", page],
      "/bundle.js": ["text/javascript", script],
    });
    try {
      const { results, errors, version } = await inPage(path, upstream);
      const calls = upstream.take();
      const all = [...results, [`${calls} calls went out, not 3`, calls === 3]];
      const bad = [...all.filter(([, ok]) => !ok).map(([name]) => name), ...errors];
      return {
        passed: all.length - all.filter(([, ok]) => !ok).length,
        failed: bad.length,
        note: `Chromium ${version}`,
        output: bad.join("\n"),
      };
    } finally {
      upstream.close();
    }
  },
};
