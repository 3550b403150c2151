/**
 * The help.
 *
 * @module
 */

import type { Command, Options } from "./command.ts";
import { COMMON } from "./parse.ts";
import { wrap } from "./table.ts";

/** How wide the help is at most, in columns: longer lines are hard to read. */
const WIDEST = 90;
const INDENT = 2;

/** The help of all. */
export function help(commands: readonly Command[], columns: number = WIDEST): string {
  const rows = commands.map(({ name, operands, about }) => [`${name} ${operands}`.trim(), about]);
  return [
    ...prose(
      "llmcache looks after what the cache keeps: the answers of language models, on this machine.",
      columns,
    ),
    "",
    "Usage: llmcache COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...pairs(rows as [string, string][], columns),
    "",
    "Options of every command:",
    ...optionLines({ ...COMMON, version: { about: "tell the version" } }, columns),
    "",
    ...prose(
      "llmcache COMMAND --help explains a command. Exit codes: 0 done, 1 failed, 2 called wrongly.",
      columns,
    ),
    "",
  ].join("\n");
}

/** The help of one command. */
export function helpOf(command: Command, columns: number = WIDEST): string {
  const { name, operands, about, more, options, examples } = command;
  const paragraphs = more.flatMap((text) => ["", ...prose(text, columns)]);
  const own = Object.keys(options).length > 0
    ? ["", "Options:", ...optionLines(options, columns)]
    : [];
  return [
    `Usage: ${["llmcache", name, operands, "[OPTIONS]"].filter(Boolean).join(" ")}`,
    "",
    ...prose(`${about[0]!.toUpperCase()}${about.slice(1)}.`, columns),
    ...paragraphs,
    ...own,
    "",
    "Options of every command:",
    ...optionLines(COMMON, columns),
    "",
    "Examples:",
    ...pairs(examples, columns),
    "",
  ].join("\n");
}

const prose = (text: string, columns: number) => wrap(text, Math.min(columns, WIDEST));

function optionLines(options: Options, columns: number): string[] {
  return pairs(
    Object.entries(options).map(([name, { value, short, about }]) => [
      `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
      about,
    ]),
    columns,
  );
}

/** Terms and what they mean, side by side, or below each other where it is narrow. */
function pairs(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const left = Math.max(...rows.map(([term]) => term.length)) + 2 * INDENT;
  const width = Math.min(columns, WIDEST) - left;
  const isNarrow = width < 30;
  return rows.flatMap(([term, meaning]) => {
    const text = wrap(meaning, isNarrow ? columns - 2 * INDENT : width);
    if (isNarrow) return [`  ${term}`, ...text.map((line) => `    ${line}`)];
    return text.map((line, at) => `${(at === 0 ? `  ${term}` : "").padEnd(left)}${line}`);
  });
}
