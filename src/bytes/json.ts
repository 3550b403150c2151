/**
 * Whether a value is JSON: what a cached function may be asked and may answer.
 *
 * @module
 */

/**
 * The JSON text of a value that survives it unchanged.
 *
 * @param mayLeaveOut whether a member that is `undefined` is taken for one that is not there.
 * @returns the text; `undefined` where the value read back would be another: `undefined` members,
 *   dates, maps, class instances, `NaN`, `-0`, holes, cycles …
 */
export function toJson(value: unknown, mayLeaveOut = false): string | undefined {
  try {
    const text = JSON.stringify(value); // Throws on cycles, so that `isJson` always ends.
    return text !== undefined && isJson(value, mayLeaveOut) ? text : undefined;
  } catch {
    return undefined;
  }
}

function isJson(value: unknown, mayLeaveOut: boolean): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object") return false;
  const keys = Reflect.ownKeys(value);
  if (Array.isArray(value)) {
    // Its own keys are the indices and `length`: neither holes nor anything beside the items.
    return keys.length === value.length + 1 && value.every((item) => isJson(item, mayLeaveOut));
  }
  return isPlain(value) && keys.every((key) => isMember(value, key, mayLeaveOut));
}

function isMember(value: object, key: string | symbol, mayLeaveOut: boolean): boolean {
  const member = Object.getOwnPropertyDescriptor(value, key)!;
  if (typeof key !== "string" || member.enumerable !== true || !("value" in member)) return false;
  return (mayLeaveOut && member.value === undefined) || isJson(member.value, mayLeaveOut);
}

/** Also an object of another realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
