/**
 * The option `dialects`: wire formats of the user's own.
 *
 * @module
 */

import type { AnswerPlaces } from "../serving/answer-places.ts";
import { type Dialect, dialects } from "../dialect.ts";
import { guardDialect } from "./guard-dialect.ts";
import { isObject, show } from "../options/rules.ts";
import { readShape } from "./shapes.ts";

const METHODS = ["matches", "ask", "record", "fit", "error"] as const;
const OPTIONAL = ["target", "bypass"] as const;
const MEMBERS: readonly string[] = ["name", "shape", ...METHODS, ...OPTIONAL, "answers"];

/** Names that are taken; `function` is what cached functions have. */
const TAKEN = ["function", ...dialects.map(({ name }) => name)];

/**
 * Checks the option `dialects`.
 *
 * @returns the dialects, with a guard before each.
 * @throws {TypeError} naming what is wrong, in which of them.
 */
export function readDialects(given: readonly Dialect[]): Dialect[] {
  const names = new Set<string>();
  return given.map((dialect, index) => {
    const place = `the option \`dialects\`, at ${index},`;
    if (!isObject(dialect)) throw wrong(`${place} must be a Dialect`, dialect);
    const { name } = dialect;
    if (typeof name !== "string" || !/^[\w.-]+$/.test(name)) {
      throw wrong(`${place} must have a \`name\` of letters, digits, ".", "_" and "-"`, name);
    }
    if (TAKEN.includes(name) || names.has(name)) {
      throw new TypeError(`llmcache: ${place} has the name "${name}", which is taken.`);
    }
    names.add(name);
    checkMembers(dialect, `the dialect \`${name}\``);
    const shape = readShape(dialect.shape, `the \`shape\` of the dialect \`${name}\``);
    const answers = readAnswerPlaces(dialect.answers, `the dialect \`${name}\``);
    return guardDialect(dialect, { name, shape, ...(answers && { answers }) });
  });
}

function checkMembers(dialect: Dialect, it: string): void {
  for (const name of METHODS) {
    if (typeof dialect[name] !== "function") {
      throw wrong(`${it} must have a method \`${name}\``, dialect[name]);
    }
  }
  for (const name of OPTIONAL) {
    if (dialect[name] !== undefined && typeof dialect[name] !== "function") {
      throw wrong(`\`${name}\` of ${it} must be a method`, dialect[name]);
    }
  }
  // A method that is misspelt would be left out in silence.
  const unknown = Object.keys(dialect).find((name) => !MEMBERS.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(
    `llmcache: ${it} has an unknown member \`${unknown}\`; a dialect has ${MEMBERS.join(", ")}.`,
  );
}

function readAnswerPlaces(given: AnswerPlaces | undefined, it: string): AnswerPlaces | undefined {
  if (given === undefined) return undefined;
  if (!isObject(given)) throw wrong(`\`answers\` of ${it} must be an object`, given);
  const places = Object.entries(given).map(([name, paths]) => {
    if (!ANSWERS.includes(name)) {
      throw new TypeError(
        `llmcache: \`answers\` of ${it} has an unknown member \`${name}\`; it may have ` +
          `${ANSWERS.join(", ")}.`,
      );
    }
    const isRight = Array.isArray(paths) &&
      paths.every((path) => typeof path === "string" && !path.split(".").includes(""));
    if (!isRight) throw wrong(`\`answers.${name}\` of ${it} must be a list of paths`, paths);
    return [name, [...paths]];
  });
  return Object.fromEntries(places);
}

const ANSWERS = ["usage", "calls", "results"];

function wrong(sentence: string, value: unknown): TypeError {
  return new TypeError(`llmcache: ${sentence}; it is ${show(value)}.`);
}
