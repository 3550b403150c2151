/**
 * The one check of keys, for stores whose places are named by them.
 *
 * @module
 */

const KEY = /^[0-9a-f]{64}\.(whole|stream)$/;

/** Whether a name is a key. */
export function isKey(name: unknown): name is string {
  return typeof name === "string" && KEY.test(name);
}

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
