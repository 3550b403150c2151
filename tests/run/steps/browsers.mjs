import { driven, engineNames, titleOf } from "../browsers/engines.mjs";
import { inRoot } from "../paths.mjs";
import { run } from "../proc.mjs";
import { storesPassedIn } from "../stores.mjs";

const script = inRoot("tests", "browser", "main.mjs");

const step = (engine) => ({
  name: engine,
  // The playground serves the built package.
  needs: ["build"],
  // It waits for the browser most of its time.
  weight: 0.5,
  title: `bundled for browsers, in ${titleOf(engine)}`,
  async run() {
    const [command, ...args] = await driven(engine, script);
    const { code, text, stdout } = await run(command, args, { seconds: 280 });
    if (code !== 0) return { passed: 0, failed: 1, output: text };
    const { version, results } = JSON.parse(stdout);
    const bad = results.filter(([, error]) => error !== null);
    return {
      passed: results.length - bad.length,
      failed: bad.length,
      stores: storesPassedIn(results),
      note: `${titleOf(engine)} ${version}`,
      output: bad.map(([name, error]) => `${name}\n${error}`).join("\n\n"),
    };
  },
});

/** One step for each engine, each in a Node and with a browser of its own. */
export const browsers = engineNames.map(step);
