/**
 * What a key looks like: 64 hex digits, a dot and the form.
 *
 * @module
 */

const KEY = /^[0-9a-f]{64}\.(whole|stream)$/;

/** Whether a name is a key. */
export function isKey(name: unknown): name is string {
  return typeof name === "string" && KEY.test(name);
}
