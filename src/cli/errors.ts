/**
 * What ends a command: what was wrong, what was expected, what to do, in one line.
 *
 * @module
 */

/** How a program ends: 0, it is done; 1, it failed; 2, it was called in a way that cannot be meant. */
export type ExitCode = 0 | 1 | 2;

/** The exit codes by their names. */
export const EXIT: Readonly<Record<"done" | "failed" | "usage", ExitCode>> = {
  done: 0,
  failed: 1,
  usage: 2,
};

/** An error for the person at the terminal. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The same for a call that cannot be meant. */
export function usageError(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}

/** The text of anything that was thrown, without the name the library puts before its own. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^llmcache: /, "");
}

/** The code of an error of the system. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

/** Whether whoever read the output has gone, as `head` does. */
export function isClosedPipe(error: unknown): boolean {
  return codeOf(error) === "EPIPE";
}
