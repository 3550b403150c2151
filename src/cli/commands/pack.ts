/**
 * `llmcache pack`
 *
 * @module
 */

import { pack } from "../../pack.ts";
import type { CacheStore } from "../../store.ts";
import type { Command } from "../command.ts";
import { CommandError, EXIT, messageOf, usageError } from "../errors.ts";
import { writeFile, writeOut } from "../files.ts";
import { expectAll, progressBar } from "../progress.ts";
import { entries, formatBytes } from "../units.ts";

export const packCommand: Command = {
  name: "pack",
  operands: "FILE",
  takes: [1, 1],
  about: "pack all entries into one file",
  more: [
    "The file is a tar with a check for each entry; llmcache unpack brings it into any cache. A - stands for standard " +
    "output. A file that is there is replaced, when the new one is whole. It fails where an entry could not be read.",
    "With --json: { file, entries, bytes, unreadable }.",
  ],
  options: {},
  examples: [
    ["llmcache pack recordings.tar", "into a file"],
    ["llmcache pack - | gzip > recordings.tar.gz", "compressed"],
  ],
  async run({ terminal, say, operands, open }) {
    const [file = ""] = operands;
    const toOut = file === "-";
    if (toOut && say.isJson) {
      throw usageError(
        "pack - writes the pack to standard output, which --json wants too. Name a file.",
      );
    }
    if (toOut && terminal.out.isTerminal) {
      throw usageError("a pack is not for a terminal. Name a file, or lead the output somewhere.");
    }
    const { store } = await open({ showsProgress: true });
    const bar = progressBar(terminal, "packing");
    await expectAll(bar, store);
    const { readable, faults } = noting(store);
    let done = { entries: 0, bytes: 0 };
    const stream = pack(readable, { onProgress: (now) => bar.show(done = now) });
    try {
      await (toOut ? writeOut(stream, terminal) : writeFile(file, stream));
    } finally {
      bar.end();
    }
    if (say.isJson) await say.json({ file, ...done, unreadable: faults.length });
    else {
      const told = `packed ${entries(done.entries)}, ${formatBytes(done.bytes)}`;
      await (toOut ? say.note(told) : say.text(`${told}, into ${file}`));
    }
    if (faults.length === 0) return EXIT.done;
    throw new CommandError(
      `${entries(faults.length)} could not be read and is not in it (${messageOf(faults[0])}).`,
    );
  },
};

/** A pack leaves out what cannot be read; whoever makes one wants to know. */
function noting(store: CacheStore): { readonly readable: CacheStore; readonly faults: unknown[] } {
  const faults: unknown[] = [];
  const readable: CacheStore = {
    ...store,
    async get(key) {
      try {
        return await store.get(key);
      } catch (error) {
        faults.push(error);
        throw error;
      }
    },
  };
  return { readable, faults };
}
