/**
 * The shape of a dialect of the user's own, checked and copied: a text where a list is wanted would
 * leave out every member that is a part of it.
 *
 * @module
 */

import type { Shape } from "../dialect.ts";
import { isObject, type Rule, show } from "../options/rules.ts";

const isTrue = (value: unknown) => value === true;
const isNames = (value: unknown) =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
const isDefaults = (value: unknown) =>
  isObject(value) && Object.values(value as object).every((one) => typeof one === "boolean");

const RULES: Readonly<Record<Exclude<keyof Shape, Nesting>, Rule>> = {
  omit: [isNames, "a list of names"],
  secret: [isNames, "a list of names"],
  defaults: [isDefaults, "an object of names and true or false"],
  ordered: [isTrue, "true"],
  optional: [isTrue, "true"],
  url: [isTrue, "true"],
  callId: [(value) => value === "call" || value === "result", '"call" or "result"'],
};

/** The members that hold shapes. */
type Nesting = "members" | "variants" | "items";

/**
 * Checks a shape.
 *
 * @param path where it stands, for the message.
 * @param above the shapes it lies in: one that holds itself has no end.
 * @returns a copy, so that no later change changes what counts.
 * @throws {TypeError} naming the place of what is wrong.
 */
export function readShape(value: unknown, path: string, above: readonly unknown[] = []): Shape {
  if (!isObject(value) || above.includes(value)) {
    const what = isObject(value) ? "it lies in itself" : `it is ${show(value)}`;
    throw new TypeError(`llmcache: ${path} must be an object of shapes; ${what}.`);
  }
  const inner = [...above, value];
  const read = (one: unknown, name: string) => readShape(one, `${path}.${name}`, inner);
  const entries = Object.entries(value as object).filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      if (name === "items") return [name, read(member, name)];
      if (name === "members" || name === "variants") return [name, readEach(member, name, read)];
      return [name, readOther(name, member, path)];
    });
  return Object.fromEntries(entries);
}

function readEach(
  shapes: unknown,
  name: string,
  read: (one: unknown, name: string) => Shape,
): Record<string, Shape> {
  if (!isObject(shapes)) return read(shapes, name) as never;
  const entries = Object.entries(shapes as object);
  return Object.fromEntries(entries.map(([own, one]) => [own, read(one, `${name}.${own}`)]));
}

function readOther(name: string, value: unknown, path: string): unknown {
  const rule = Object.hasOwn(RULES, name) ? RULES[name as keyof typeof RULES] : undefined;
  if (!rule) {
    const names = ["members", "items", "variants", ...Object.keys(RULES)].join(", ");
    throw new TypeError(`llmcache: ${path}.${name} is unknown; a shape has ${names}.`);
  }
  const [isValid, expected] = rule;
  if (!isValid(value)) {
    throw new TypeError(`llmcache: ${path}.${name} must be ${expected}; it is ${show(value)}.`);
  }
  return structuredClone(value);
}
