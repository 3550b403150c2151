/**
 * Paths to what is left out of the identity.
 *
 * @module
 */

/** The names on the way to a value, `*` standing for every member or item. */
export type Path = readonly string[];

/** The parts of the document in which something may be left out. */
const ROOTS = ["body", "headers", "target"];

/**
 * Checks the option `ignore`.
 *
 * @throws {TypeError} where a path does not lead into the body, the headers or the target.
 */
export function readPaths(paths: readonly string[]): Path[] {
  return paths.map((text) => {
    const path = text.split(".");
    if (path.length > 1 && ROOTS.includes(path[0]!) && !path.includes("")) return path;
    throw new TypeError(
      `llmcache: the option \`ignore\` has a path ${JSON.stringify(text)}; a path begins with ` +
        '"body.", "headers." or "target." and is names, indexes or * between dots, such as ' +
        '"body.messages.*.id". What has a dot in its name can be left out by the option `key`.',
    );
  });
}

/** Takes what a path leads to out of a value. Items are put as `null`: the others keep their places. */
export function leaveOut(value: unknown, [name, ...rest]: Path): void {
  if (typeof value !== "object" || value === null) return;
  const names = name === "*" ? Object.keys(value) : Object.hasOwn(value, name!) ? [name!] : [];
  const members = value as Record<string, unknown>;
  for (const own of names) {
    if (rest.length > 0) leaveOut(members[own], rest);
    else if (Array.isArray(value)) members[own] = null;
    else delete members[own];
  }
}
