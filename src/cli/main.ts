/**
 * The command line: arguments in, an exit code out.
 *
 * @module
 */

import { createCache } from "../cache.ts";
import type { Command, Opened, Place, Work } from "./command.ts";
import { commands } from "./commands.ts";
import { CommandError, EXIT, type ExitCode, isClosedPipe, messageOf } from "./errors.ts";
import { help, helpOf } from "./help.ts";
import { type Asked, checkOperands, parse } from "./parse.ts";
import { findPlace, openPlace } from "./place.ts";
import { watched } from "./progress.ts";
import { sayOn } from "./say.ts";
import type { Terminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

/**
 * Runs a command.
 *
 * @param args what stands behind the name of the program: `["ls", "--limit", "5"]`.
 * @param terminal where it reads and writes.
 * @returns the exit code: 0 where it is done, or nobody reads on; 1 where it failed; 2 where it was
 *   called in a way that cannot be meant. It never rejects.
 *
 * @example
 * ```ts
 * import { main, type Terminal } from "@x/llmcache/cli";
 *
 * async function capture(...args: string[]): Promise<string> {
 *   let text = "";
 *   const out = { write: (data: string | Uint8Array) => void (text += data), isTerminal: false };
 *   const input = () => new Blob([]).stream();
 *   const terminal: Terminal = { out, err: out, input, env: () => undefined, now: Date.now };
 *   await main(args, terminal);
 *   return text;
 * }
 * console.log(await capture("ls", "--help"));
 * ```
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await answer(parse(args, commands), terminal);
  } catch (error) {
    if (isClosedPipe(error)) return EXIT.done;
    try {
      await sayOn(terminal, false).note(messageOf(error));
    } catch {
      // Nobody listens any more.
    }
    return error instanceof CommandError ? error.exitCode : EXIT.failed;
  }
}

async function answer(asked: Asked, terminal: Terminal): Promise<ExitCode> {
  const { command, options, operands } = asked;
  const { out, err } = terminal;
  if (options.has("help")) {
    await out.write(command ? helpOf(command, out.columns) : help(commands, out.columns));
    return EXIT.done;
  }
  if (options.has("version")) {
    await out.write(`${VERSION}\n`);
    return EXIT.done;
  }
  if (!command) {
    await err.write(help(commands, err.columns));
    return EXIT.usage;
  }
  checkOperands(command, operands);
  return await perform(command, asked, terminal);
}

async function perform(command: Command, asked: Asked, terminal: Terminal): Promise<ExitCode> {
  const option = (name: string) => asked.options.get(name);
  const place = () => findPlace(option("dir"), terminal);
  let opened: Opened | undefined;
  const work: Work = {
    terminal,
    say: sayOn(terminal, option("json") !== undefined),
    option,
    operands: asked.operands,
    place,
    async open(how) {
      return opened = await openAt(await place(), how, option("dir") !== undefined, terminal);
    },
  };
  try {
    return await command.run(work);
  } finally {
    await opened?.cache.close();
    await opened?.store.close?.();
  }
}

async function openAt(
  place: Place,
  { mayBeNew = false, showsProgress = false }: Parameters<Work["open"]>[0] = {},
  isNamed: boolean,
  terminal: Terminal,
): Promise<Opened> {
  if (place.store === "directory" && !place.exists && isNamed && !mayBeNew) {
    throw new CommandError(
      `there is no directory ${place.dir}. Name another by --dir; llmcache path, without it, tells ` +
        "where yours is.",
    );
  }
  const plain = await openPlace(place);
  const store = showsProgress ? plain : watched(plain, terminal);
  const faults: unknown[] = [];
  const cache = createCache({
    store,
    now: terminal.now,
    onEvent: (event) => void (event.status === "fault" && faults.push(event.error)),
  });
  return { place, store, cache, fault: () => faults[0] };
}
