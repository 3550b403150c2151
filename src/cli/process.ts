/**
 * The surroundings of the command line where it is a program of its own.
 *
 * @module
 */

import { env } from "../host.ts";
import { main } from "./main.ts";
import { nodeProcess, type Process } from "./node.ts";
import type { Output, Terminal } from "./terminal.ts";

/** Runs what this process was started with, and leaves its exit code. */
export async function runProcess(): Promise<void> {
  const process = nodeProcess();
  // Not `exit()`: what was written must come out first.
  process.exitCode = await main(process.argv.slice(2), terminalOf(process));
}

function terminalOf(process: Process): Terminal {
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    input: () => streamOf(process.stdin),
    env,
    now: Date.now,
  };
}

/** A standard stream. */
export function outputOf(stream: Process["stdout"]): Output {
  // A pipe that is closed is told twice, here and to who writes; without a listener it ends the program.
  stream.on("error", () => {});
  return {
    write: (data) =>
      new Promise<void>((written, failed) => {
        stream.write(data, (error) => error ? failed(error) : written());
      }),
    isTerminal: stream.isTTY === true,
    get columns() {
      // 0 on a terminal that was told of no size, as one that a program has made.
      return stream.isTTY && stream.columns ? stream.columns : undefined;
    },
  };
}

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await iterator.return?.();
    },
  }, { highWaterMark: 0 });
}
