/**
 * Paths as users give them.
 *
 * @module
 */

import { builtin } from "./node-builtins.ts";

/**
 * Understands a place now, so that a later change of the current directory does not move it.
 *
 * @param place a path, which may be relative to the current directory, or a `file:` URL, also as text:
 *   `import.meta.resolve` gives one.
 * @returns the absolute path; `undefined` where it is neither.
 */
export function absolutePath(place: unknown): string | undefined {
  const isText = typeof place === "string";
  if (place instanceof URL || (isText && /^file:\/\//i.test(place))) return pathOf(place);
  if (!isText || place === "") return undefined;
  return builtin("node:path")?.resolve(place) ?? place;
}

/** Some URLs are no path: with a host, or with a slash that is written `%2F`. */
function pathOf(place: URL | string): string | undefined {
  try {
    const url = new URL(place);
    if (url.protocol !== "file:") return undefined;
    return builtin("node:url")?.fileURLToPath(url) ?? url.pathname;
  } catch {
    return undefined;
  }
}
