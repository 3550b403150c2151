/**
 * `llmcache unpack`
 *
 * @module
 */

import { unpack, type Unpacked, type UnpackProblem } from "../../pack/unpack.ts";
import type { Command } from "../command.ts";
import { EXIT, messageOf } from "../errors.ts";
import { openFile } from "../files.ts";
import { progressBar } from "../progress.ts";
import { oneLine } from "../text.ts";
import { entries, formatBytes } from "../units.ts";

export const unpackCommand: Command = {
  name: "unpack",
  operands: "FILE",
  takes: [1, 1],
  about: "bring packed entries in",
  more: [
    "It takes what llmcache pack made, or any tar of a directory of entries; a - stands for standard input. The " +
    "directory is made if it does not exist. An entry that is there is replaced, unless it is equal. Of a damaged file " +
    "what is whole comes in, the rest is told, and the command fails.",
    "With --json: what unpack() of @x/llmcache/pack gives.",
  ],
  options: {},
  examples: [
    ["llmcache unpack recordings.tar", "from a file"],
    ["gunzip < recordings.tar.gz | llmcache unpack -", "compressed"],
    ["llmcache unpack recordings.tar --dir tests/recordings", "into a directory of your own"],
  ],
  async run({ terminal, say, operands, open }) {
    const [file = ""] = operands;
    const { stream, size } = openFile(file, terminal);
    const { store } = await open({ mayBeNew: true, showsProgress: true });
    const bar = progressBar(terminal, "unpacking");
    bar.expect({ ...(size !== undefined && { bytes: size }) });
    let found: Unpacked;
    try {
      found = await unpack(store, stream, { onProgress: bar.show });
    } finally {
      bar.end();
    }
    const problems = found.problems.map(({ error, ...where }) => ({
      ...where,
      ...(error !== undefined && { error: messageOf(error) }),
    }));
    if (say.isJson) await say.json({ ...found, problems });
    else await say.text(told(found).join("\n"));
    return found.complete ? EXIT.done : EXIT.failed;
  },
};

/** How many problems people are told of. */
const TOLD = 20;

function told({ stored, equal, missing, complete, problems }: Unpacked): string[] {
  const sums = `${entries(stored)} brought in, ${entries(equal)} there already`;
  if (complete) return [sums];
  const rest = problems.length - TOLD;
  return [
    `${sums}, ${entries(missing)} known to be missing`,
    ...problems.slice(0, TOLD).map((problem) => `  ${oneLine(tell(problem))}`),
    ...(rest > 0 ? [`  and more, ${rest} of them in --json`] : []),
  ];
}

const REASONS: Readonly<Record<UnpackProblem["reason"], string>> = {
  damaged: "damaged in this file",
  truncated: "the file ends before its end",
  "entry-damaged": "was damaged when it was packed",
  "other-version": "written by another version of llmcache",
  store: "could not be stored",
};

function tell({ reason, at, bytes, key, error }: UnpackProblem): string {
  const size = bytes === undefined ? "" : `, ${formatBytes(bytes)}`;
  const cause = error === undefined ? "" : `: ${messageOf(error)}`;
  return `at byte ${at}${size}: ${key === undefined ? "" : `${key} `}${REASONS[reason]}${cause}`;
}
