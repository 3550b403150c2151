/** The tests of a page or a worker: `test` as `node:test` has it, run when they are asked for. */

/** A test's name, and what went wrong or null. */
export type Result = [name: string, error: string | null];

const tests = new Map<string, () => Promise<void>>();

/** Registers a test. */
export function test(name: string, run: () => Promise<void>): void {
  if (tests.has(name)) throw new Error(`two tests are called "${name}"`);
  tests.set(name, run);
}

/** Runs the tests whose names begin with one of these. */
export async function runTests(beginnings: readonly string[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, run] of tests) {
    if (!beginnings.some((beginning) => name.startsWith(beginning))) continue;
    try {
      await run();
      results.push([name, null]);
    } catch (error) {
      results.push([name, describe(error)]);
    }
  }
  return results;
}

/** What to print of an error. */
export function describe(error: unknown): string {
  if (!(error instanceof Error || error instanceof DOMException)) return String(error);
  // Chromium begins the stack with the message; the other two do not.
  const { name, message, stack = "" } = error;
  return stack.includes(message) ? stack : `${name}: ${message}\n${stack}`;
}
