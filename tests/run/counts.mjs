/** The number a pattern catches in a text, the last time it does; 0 where it does not. */
function last(text, pattern) {
  const all = [...text.matchAll(pattern)];
  return all.length > 0 ? Number(all[all.length - 1][1]) : 0;
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

const readers = {
  node: (text) => ({
    passed: last(text, /^ℹ pass (\d+)/gm),
    failed: last(text, /^ℹ fail (\d+)/gm) + last(text, /^ℹ cancelled (\d+)/gm),
    skipped: last(text, /^ℹ skipped (\d+)/gm) + last(text, /^ℹ todo (\d+)/gm),
  }),
  bun: (text) => ({
    passed: last(text, /^ (\d+) pass$/gm),
    failed: last(text, /^ (\d+) fail$/gm) + last(text, /^ (\d+) errors?$/gm),
    skipped: last(text, /^ (\d+) skip$/gm) + last(text, /^ (\d+) todo$/gm),
  }),
  deno: (text) => ({
    passed: last(text, /^(?:ok|FAILED) \| (\d+) passed/gm),
    failed: last(text, /^(?:ok|FAILED) \|.* (\d+) failed/gm),
    skipped: last(text, /^(?:ok|FAILED) \|.* (\d+) ignored/gm),
  }),
};

/**
 * What a test runner counted. A run that counted nothing, or ended with an error it did not count,
 * is one failure.
 */
export function counted(runner, { code, text }) {
  const counts = readers[runner](text.replaceAll(escapes, ""));
  const nothing = counts.passed + counts.failed === 0;
  if (nothing || (code !== 0 && counts.failed === 0)) counts.failed += 1;
  return { ...counts, output: text };
}

/** One check that passes where the program ended with 0. */
export function checked({ code, text }, note = "") {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, note, output: text };
}
