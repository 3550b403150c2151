/**
 * Checks the options of the stores.
 *
 * @module
 */

/**
 * Checks the names of a store's options.
 *
 * @param store the name of the function, for the message.
 * @throws {TypeError} naming what is wrong and what is allowed.
 */
export function checkOptions(store: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${store}: the options must be an object, not ${describe(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(
      `${store}: the option \`${name}\` is unknown. The options are ${known.join(", ")}.`,
    );
  }
}

/**
 * Checks the clock of a store.
 *
 * @param store the name of the function, for the message.
 * @throws {TypeError} if it is no function.
 */
export function checkClock(store: string, now: unknown): void {
  if (typeof now === "function") return;
  throw new TypeError(
    `${store}: the option \`now\` must be a function; it is ${describe(now)}.`,
  );
}

/**
 * Checks how much a store may hold.
 *
 * @param store the name of the function, for the message.
 * @throws {TypeError} if it is no number of bytes.
 */
export function checkMaxBytes(store: string, maxBytes: number): void {
  if (maxBytes === Infinity || (Number.isSafeInteger(maxBytes) && maxBytes > 0)) return;
  throw new TypeError(
    `${store}: the option \`maxBytes\` must be a whole number of bytes above 0, or Infinity; ` +
      `it is ${describe(maxBytes)}.`,
  );
}

/** What is told of a value for which there can be no room. */
export function tooLarge(store: string, bytes: number, maxBytes: number): RangeError {
  return new RangeError(
    `${store}: ${bytes} bytes are more than all that may be held (option \`maxBytes\`, ${maxBytes}): ` +
      "give it more to keep such a value.",
  );
}

/** Names a value in a message, without showing what may be private. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (value instanceof URL) return `a URL with ${value.protocol}`;
  if (value === "") return "empty";
  return typeof value === "object" ? "an object" : `${typeof value} ${String(value)}`;
}
