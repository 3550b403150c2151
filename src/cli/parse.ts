/**
 * Reads the arguments, by the parser that Node, Bun and Deno bring with them.
 *
 * @module
 */

import type { Command, Options } from "./command.ts";
import { usageError } from "./errors.ts";
import { nodeUtil, type Token } from "./node.ts";
import { suggest } from "./suggest.ts";

/** The options that every command takes. */
export const COMMON: Options = {
  dir: {
    value: "DIR",
    about: "the directory of the cache; else LLMCACHE_DIR, else your cache directory",
  },
  json: { about: "answer in JSON, sizes in bytes and times in milliseconds" },
  help: { short: "h", about: "explain the command" },
};

/** Those without a command. */
const ALONE: Options = { ...COMMON, version: { about: "tell the version" } };

/** What the arguments say. */
export interface Asked {
  readonly command?: Command;
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/**
 * Reads the arguments.
 *
 * @throws a usage error: an unknown command or option, with what comes nearest, or a value that is missing.
 */
export function parse(args: readonly string[], commands: readonly Command[]): Asked {
  const tokens = tokensOf(args, commands);
  const [name, ...operands] = tokens.flatMap((token) =>
    token.kind === "positional" ? [token.value!] : []
  );
  const command = commands.find((command) => command.name === name);
  const options = new Map<string, string>();
  if (!command && name !== undefined && name !== "help") throw unknownCommand(name, commands);
  const known = command ? { ...COMMON, ...command.options } : ALONE;
  for (const token of tokens) {
    if (token.kind === "option") options.set(token.name!, valueOf(token, known, command));
  }
  if (name !== "help") return { ...(command && { command }), options, operands };
  options.set("help", "");
  const about = commands.find((command) => command.name === operands[0]);
  if (operands.length > 0 && !about) throw unknownCommand(operands[0]!, commands);
  return { ...(about && { command: about }), options, operands: [] };
}

/** Checks how many operands there are. */
export function checkOperands({ name, takes, operands }: Command, given: readonly string[]): void {
  const [least, most] = takes;
  if (given.length >= least && given.length <= most) return;
  const wanted = operands === "" ? "takes nothing behind it" : `wants ${operands}`;
  const what = given.length === 0 ? "there is none" : `there are ${given.length}`;
  const extra = given.length > most ? `, "${given[most]}" among them` : "";
  throw usageError(`${name} ${wanted}; ${what}${extra}. See llmcache ${name} --help.`);
}

/** One name means the same in each command, so all of them can be told apart before it is known. */
function tokensOf(args: readonly string[], commands: readonly Command[]): readonly Token[] {
  const all = Object.assign({}, ALONE, ...commands.map(({ options }) => options)) as Options;
  const options = Object.fromEntries(
    Object.entries(all).map(([name, { value, short }]) => [
      name,
      { type: value ? "string" as const : "boolean" as const, ...(short && { short }) },
    ]),
  );
  return nodeUtil().parseArgs({
    args,
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function valueOf(token: Token, known: Options, command: Command | undefined): string {
  const { name = "", rawName = "", value, inlineValue } = token;
  const option = Object.hasOwn(known, name) ? known[name]! : undefined;
  const help = command ? `llmcache ${command.name} --help` : "llmcache --help";
  if (!option) {
    const near = suggest(name, Object.keys(known));
    const hint = near === undefined ? "" : ` Did you mean --${near}?`;
    const of = command ? `${command.name} has no option` : "there is no option";
    throw usageError(`${of} ${rawName}.${hint} See ${help}.`);
  }
  if (!option.value) {
    if (value === undefined) return "";
    throw usageError(`${rawName} takes no value; it is given "${value}". See ${help}.`);
  }
  // Whoever forgets a value has the next option taken for it.
  if (value !== undefined && (inlineValue || !/^-./.test(value))) return value;
  throw usageError(`${rawName} wants a value, ${option.value}; there is none. See ${help}.`);
}

function unknownCommand(name: string, commands: readonly Command[]) {
  const near = suggest(name, commands.map(({ name }) => name));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return usageError(`there is no command "${name}".${hint} See llmcache --help.`);
}
