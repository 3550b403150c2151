// Drives one engine through all trials, and prints their results as one line of JSON:
// node tests/browser/main.mjs ENGINE PROGRAM
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { startSite } from "./site.mjs";
import { trials } from "./trials.mjs";

/** Longer than all of it takes on a busy machine, shorter than whoever started this waits. */
const LATE = 240_000;

const [engine, program] = process.argv.slice(2);
const { launch } = await import(`../run/browsers/${engine}.mjs`);

async function tryAll(browser, site) {
  const results = [];
  for (const [name, trial] of Object.entries(trials)) {
    try {
      results.push(...await trial({ browser, site, engine }));
    } catch (error) {
      results.push([name, error.stack]);
    }
  }
  return results;
}

const [site, browser] = await Promise.all([startSite(), launch(program)]);
try {
  const late = pause(LATE, undefined, { ref: false }).then(() => {
    throw new Error(`not done after ${LATE} ms`);
  });
  const results = await Promise.race([tryAll(browser, site), late]);
  console.log(JSON.stringify({ version: browser.version, results }));
} finally {
  await browser.close();
  site.close();
}
// Whatever a trial that failed has left open.
process.exit();
