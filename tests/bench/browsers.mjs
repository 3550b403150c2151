// Measures the stores of one browser and prints one line of JSON; `npm run bench -- stores` runs it.
// node tests/bench/browsers.mjs ENGINE PROGRAM
import process from "node:process";
import { inPage } from "../browser/page.mjs";
import { startSite } from "../browser/site.mjs";

const [engine, program] = process.argv.slice(2);
const { launch } = await import(`../run/browsers/${engine}.mjs`);
const [site, browser] = await Promise.all([startSite(), launch(program)]);
try {
  const page = await browser.open(`${site.origin}/`);
  console.log(JSON.stringify(await inPage(page, "measure")));
} finally {
  await browser.close();
  site.close();
}
