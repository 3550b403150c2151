/**
 * Node's built-in modules as far as the command line uses them, in Node, Bun and Deno.
 *
 * Taken by `process.getBuiltinModule` and typed by their shape, as the adapters do it.
 *
 * @module
 */

import { CommandError } from "./errors.ts";

/** What the parser found, one after the other. */
export interface Token {
  readonly kind: "option" | "positional" | "option-terminator";
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

interface ParseConfig {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, { type: "string" | "boolean"; short?: string }>>;
  readonly strict: boolean;
  readonly allowPositionals: boolean;
  readonly tokens: boolean;
}

interface Stats {
  readonly size: number;
  isDirectory(): boolean;
}

/** What is used of `node:fs`. */
export interface Fs {
  closeSync(fd: number): void;
  openSync(path: string, flags: string, mode?: number): number;
  readFileSync(path: string, encoding: "utf8"): string;
  readSync(fd: number, to: Uint8Array, offset: number, length: number, position: null): number;
  renameSync(from: string, to: string): void;
  statSync(path: string): Stats;
  unlinkSync(path: string): void;
  writeSync(fd: number, data: Uint8Array, offset: number): number;
}

interface OutStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array, done: (error?: unknown) => void): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** What is used of `process`. */
export interface Process {
  readonly argv: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  exitCode?: number | string | null | undefined;
  exit(code: number): never;
  once(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
  getBuiltinModule(name: string): unknown;
}

/** This process. */
export function nodeProcess(): Process {
  const { process } = globalThis as { process?: Partial<Process> };
  if (typeof process?.getBuiltinModule === "function") return process as Process;
  throw new CommandError("the command line needs Node 20.16 or newer, Bun or Deno.");
}

/** `node:fs`. */
export function nodeFs(): Fs {
  return nodeProcess().getBuiltinModule("node:fs") as Fs;
}

/** `node:util`. */
export function nodeUtil(): { parseArgs(config: ParseConfig): { readonly tokens: Token[] } } {
  return nodeProcess().getBuiltinModule("node:util") as ReturnType<typeof nodeUtil>;
}
