import process from "node:process";
import { strict } from "./setup.mjs";
import { storeTable } from "./store-table.mjs";

const counts = ({ passed, failed, skipped }) =>
  [`${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`]
    .filter(Boolean).join(", ");

const row = (result) => {
  const { step, seconds, note, missing } = result;
  const mark = result.failed > 0 ? "✗" : missing ? "?" : "✓";
  const what = missing && result.passed === 0 ? "missing" : counts(result);
  const parts = [mark, step.title.padEnd(34), `${seconds.toFixed(1)} s`.padStart(8), " ", what];
  return `${parts.join(" ")}${note ? ` · ${note}` : ""}`;
};

/** Says what is about to run. */
export function opening(steps) {
  const where = `Node ${process.versions.node} on ${process.platform}-${process.arch}`;
  console.log(`${steps.length} steps, ${where}${strict ? ", CI: nothing may be missing" : ""}\n`);
}

const uneventful = /^(?:\(pass\) |✔ |.* \.\.\. (?:\S*)ok|Check |Download ).*\n/gm;

/** One step has ended. */
export function line(result) {
  console.log(row(result));
  if (result.failed === 0) return;
  console.log(`\n${(result.output ?? "").replaceAll(uneventful, "").slice(-12_000)}\n`);
}

/**
 * The closing table, what was missing, and the sum as the last line.
 *
 * @returns whether all went well.
 */
export function closing(results, milliseconds) {
  const sum = (name) => results.reduce((total, result) => total + result[name], 0);
  const bad = results.filter(({ failed }) => failed > 0);
  const missing = results.filter((result) => result.missing);
  const skipped = results.filter((result) => result.skipped > 0);
  const seconds = (milliseconds / 1000).toFixed(0);
  console.log(`\n${"─".repeat(72)}`);
  for (const result of results) console.log(row(result));
  console.log(`${results.length} steps in ${seconds} s`);
  for (const text of storeTable(results)) console.log(text);
  if (bad.length > 0) console.log(`failed: ${bad.map(({ step }) => step.title).join(", ")}`);
  for (const { step, skipped: n } of skipped) console.log(`skipped: ${n} in ${step.title}`);
  for (const { step, missing: what } of missing) console.log(`not run: ${step.title} (${what})`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 && sum("passed") > 0;
}
