/** Runs a command, and tells what became of it in a way that crosses to another process. */

import { describe } from "./registry.ts";

/** What a command gave, or why it failed. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
}

/** What is asked of a worker. */
export interface Message {
  readonly name: string;
  readonly argument: unknown;
}

/** Runs a command of this page. */
export type Runner = (name: string, argument: unknown) => Promise<Outcome>;

/** Commands by their names; each takes one argument and gives one value, both of JSON. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

/** Runs a command. */
export async function run(
  commands: Commands,
  name: string,
  argument: unknown,
): Promise<Outcome> {
  try {
    const value = await commands[name]!(argument as never);
    return { value: value ?? null };
  } catch (error) {
    return { error: describe(error) };
  }
}
