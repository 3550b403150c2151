/**
 * Checks options by name: a wrong one must not wait for a wrong answer.
 *
 * @module
 */

import { cacheRules, faceRules, isObject, type Rules, show } from "./rules.ts";

/**
 * Checks options.
 *
 * @param options as they were given.
 * @param rules what is allowed.
 * @param of whose options they are, for messages.
 * @throws {TypeError} naming the option that is wrong, what it should be, and what it is.
 */
export function checkOptions(options: object, rules: Rules, of: string): void {
  if (!isObject(options)) {
    throw new TypeError(`llmcache: the options of ${of} must be an object, not ${show(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name]! : undefined;
    if (!rule) {
      const isWider = rules === faceRules && Object.hasOwn(cacheRules, name);
      const where = isWider ? "can be set for the whole cache only" : "is unknown";
      throw new TypeError(
        `llmcache: the option \`${name}\` of ${of} ${where}. The options are ` +
          `${Object.keys(rules).join(", ")}.`,
      );
    }
    const [isValid, expected] = rule;
    if (value === undefined || isValid(value)) continue;
    throw new TypeError(
      `llmcache: the option \`${name}\` must be ${expected}; it is ${show(value)}.`,
    );
  }
}
