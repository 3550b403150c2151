import { Missing } from "./tools.mjs";
import { strict } from "./setup.mjs";

// Two at a time: the smallest machine this runs on has two cores, and three took longer in all. A step that
// waits most of its time has half a `weight`.
const lanes = 2;
const weightOf = ({ weight = 1 }) => weight;

async function perform(step) {
  const from = performance.now();
  let result;
  try {
    result = await step.run();
  } catch (error) {
    const missing = error instanceof Missing;
    const output = `${missing ? `${error.message}\n${error.detail}` : error.stack}\n`;
    result = { passed: 0, failed: missing && !strict ? 0 : 1, output };
    if (missing) result.missing = error.message;
  }
  return { skipped: 0, note: "", ...result, step, seconds: (performance.now() - from) / 1000 };
}

/** The chosen steps and what they need, in the order of the whole list. */
function withNeeds(chosen, all) {
  const names = new Set();
  const add = (step) => {
    names.add(step.name);
    for (const need of step.needs ?? []) add(all.find(({ name }) => name === need));
  };
  chosen.forEach(add);
  return all.filter(({ name }) => names.has(name));
}

/** Runs the steps, each after those it needs, and hands every result to `report`. */
export function runAll(chosen, all, report) {
  const waiting = withNeeds(chosen, all);
  const done = new Set();
  const results = [];
  let running = 0;
  return new Promise((finish) => {
    const next = () => {
      if (waiting.length === 0 && running === 0) return finish(results);
      while (running < lanes) {
        const ready = waiting.findIndex(({ needs = [] }) => needs.every((name) => done.has(name)));
        if (ready === -1) return;
        const [step] = waiting.splice(ready, 1);
        running += weightOf(step);
        perform(step).then((result) => {
          running -= weightOf(step);
          done.add(step.name);
          results.push(result);
          report(result);
          next();
        });
      }
    };
    next();
  });
}
