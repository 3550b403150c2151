/**
 * Files and standard streams that are named on the command line; `-` is standard input or output.
 *
 * @module
 */

import { codeOf, CommandError, messageOf } from "./errors.ts";
import { nodeFs, nodeProcess } from "./node.ts";
import type { Terminal } from "./terminal.ts";

/** How much is read at once, in bytes. */
const PIECE = 1 << 18;

/** Reads a text. */
export async function readText(name: string, terminal: Terminal): Promise<string> {
  if (name === "-") return await new Response(terminal.input()).text();
  return reached(name, () => nodeFs().readFileSync(name, "utf8"));
}

/** Opens a file to read, and tells its size, where it has one. */
export function openFile(
  name: string,
  terminal: Terminal,
): { readonly stream: ReadableStream<Uint8Array>; readonly size?: number } {
  if (name === "-") return { stream: terminal.input() };
  const fs = nodeFs();
  return reached(name, () => {
    const { size } = fs.statSync(name);
    const fd = fs.openSync(name, "r");
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = new Uint8Array(PIECE);
        const count = reached(name, () => fs.readSync(fd, piece, 0, PIECE, null));
        if (count > 0) return controller.enqueue(piece.subarray(0, count));
        fs.closeSync(fd);
        controller.close();
      },
      cancel: () => fs.closeSync(fd),
    }, { highWaterMark: 0 });
    return { stream, ...(size > 0 && { size }) };
  });
}

/**
 * Writes a file, whole or not at all: beside its place, and renamed into it. Only its owner can read it, for
 * it holds prompts.
 */
export async function writeFile(name: string, stream: ReadableStream<Uint8Array>): Promise<void> {
  const fs = nodeFs();
  const part = `${name}.${crypto.randomUUID().slice(0, 8)}.part`;
  const fd = reached(name, () => fs.openSync(part, "wx", 0o600));
  const letGo = whenInterrupted(() => discard(part));
  try {
    try {
      await drain(stream, (piece) => {
        for (let at = 0; at < piece.length;) at += reached(name, () => fs.writeSync(fd, piece, at));
      });
    } finally {
      fs.closeSync(fd);
    }
    reached(name, () => fs.renameSync(part, name));
  } catch (error) {
    discard(part);
    throw error;
  } finally {
    letGo();
  }
}

/** Clears up where the program is ended from outside, and ends it as the shell expects: 128 and the signal. */
function whenInterrupted(clear: () => void): () => void {
  const process = nodeProcess();
  const listeners = Object.entries({ SIGINT: 2, SIGTERM: 15 }).map(([signal, number]) => {
    const listener = () => {
      clear();
      process.exit(128 + number);
    };
    process.once(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((remove) => remove());
}

function discard(part: string): void {
  try {
    nodeFs().unlinkSync(part);
  } catch {
    // It is gone already, with its folder. What went wrong before is what counts.
  }
}

/** Writes to standard output. */
export async function writeOut(
  stream: ReadableStream<Uint8Array>,
  { out }: Terminal,
): Promise<void> {
  await drain(stream, (piece) => out.write(piece));
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  write: (piece: Uint8Array) => PromiseLike<void> | void,
): Promise<void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      await write(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "it is not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a folder on the way is a file",
  ENOSPC: "the disk is full",
};

function reached<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const reason = REASONS[String(codeOf(error))] ?? messageOf(error);
    throw new CommandError(`${name} cannot be used: ${reason}.`, 1, { cause: error });
  }
}
