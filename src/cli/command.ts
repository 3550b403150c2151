/**
 * What a command is, and what it is given.
 *
 * @module
 */

import type { Cache } from "../cache.ts";
import type { CacheStore } from "../store.ts";
import type { ExitCode } from "./errors.ts";
import type { Say } from "./say.ts";
import type { Terminal } from "./terminal.ts";

/** An option of a command. */
export interface Option {
  /** The name of its value in the help; without it the option is a switch. */
  readonly value?: string;
  /** A letter for it. */
  readonly short?: string;
  /** What it does, in one line. */
  readonly about: string;
}

/** Options by their names. */
export type Options = Readonly<Record<string, Option>>;

/** A command. */
export interface Command {
  readonly name: string;
  /** What stands behind its name in the help. */
  readonly operands: string;
  /** How many operands it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  /** What it does, in one line. */
  readonly about: string;
  /** What else there is to know, a paragraph each. */
  readonly more: readonly string[];
  readonly options: Options;
  /** What to type, and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  run(work: Work): Promise<ExitCode>;
}

/** Where entries are kept. */
export type Place =
  | { readonly store: "directory"; readonly dir: string; readonly exists: boolean }
  | { readonly store: "deno-kv" };

/** A store, and a cache on it. */
export interface Opened {
  readonly place: Place;
  readonly store: CacheStore;
  readonly cache: Cache;
  /** The first fault of the store, for messages. */
  fault(): unknown;
}

/** What a command is given. */
export interface Work {
  readonly terminal: Terminal;
  readonly say: Say;
  /** The value of an option, `""` of a switch; `undefined` where it was not given. */
  option(name: string): string | undefined;
  readonly operands: readonly string[];
  /** Finds out where entries are kept. */
  place(): Promise<Place>;
  /**
   * Opens the store. A directory that was named must exist, unless it `mayBeNew`; how far a listing is
   * shows, unless the command `showsProgress` of its own.
   */
  open(how?: { readonly mayBeNew?: boolean; readonly showsProgress?: boolean }): Promise<Opened>;
}
