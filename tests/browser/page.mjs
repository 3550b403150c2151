/** Runs a command of tests/browser/commands.ts in a page, and gives what it gave. */
export async function inPage(page, name, argument = null) {
  const { value, error } = await page.evaluate(
    ({ name, argument }) => globalThis.run(name, argument),
    { name, argument },
  );
  if (error !== undefined) throw new Error(error);
  return value;
}

/** The result of comparing two values of JSON. */
export function equal(name, actual, expected) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value));
  return [name, is === should ? null : `it is ${is}, not ${should}`];
}
