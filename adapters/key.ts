/**
 * The one check of keys, for stores whose places are named by them.
 *
 * @module
 */

import { isKey } from "../src/bytes/store-key.ts";

export { isKey };

/**
 * Checks a key before a place is named by it.
 *
 * @returns the key.
 * @throws {TypeError} showing what is no key.
 */
export function checkKey(key: string): string {
  if (isKey(key)) return key;
  throw new TypeError(
    "A key must be 64 lower-case hex digits, a dot, and `whole` or `stream`; " +
      `${JSON.stringify(key)} is not, and could lead out of the store.`,
  );
}
