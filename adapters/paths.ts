/**
 * Paths as users give them.
 *
 * @module
 */

import { builtin } from "./node-builtins.ts";

/**
 * Understands a place now, so that a later change of the current directory does not move it.
 *
 * @param place a path, which may be relative to the current directory, or a `file:` URL.
 * @returns the absolute path; `undefined` where it is neither.
 */
export function absolutePath(place: unknown): string | undefined {
  const isUrl = place instanceof URL && place.protocol === "file:";
  if (!isUrl && (typeof place !== "string" || place === "")) return undefined;
  const path = isUrl ? builtin("node:url")?.fileURLToPath(place) ?? place.pathname : `${place}`;
  return builtin("node:path")?.resolve(path) ?? path;
}
