/**
 * `llmcache show`
 *
 * @module
 */

import type { Cold } from "../../cold.ts";
import { type Entry, parseCold, parseEntry, type Recording } from "../../entry.ts";
import type { Command, Opened } from "../command.ts";
import { CommandError, EXIT } from "../errors.ts";
import { findKeys } from "../keys.ts";
import { oneLine, toJson } from "../text.ts";
import { formatAge, formatBytes, formatCount, formatSpan, formatTime } from "../units.ts";

export const show: Command = {
  name: "show",
  operands: "KEY",
  takes: [1, 1],
  about: "show an entry: the request, the answer, and how it came",
  more: [
    "A key may be cut short, to the digits that no other entry begins with, at least four. A request that is " +
    "stored as a whole answer and as a stream has two entries; both are shown unless the key ends in .whole " +
    "or .stream.",
    "With --json: a list of { key, form, dialect, model, namespace, sample, recordedAt, milliseconds, usage, id, " +
    "request: { url, headers, body }, status, headers, answer, chunks }. The bodies are texts, as they were sent " +
    "and came; chunks are [milliseconds, bytes].",
  ],
  options: {},
  examples: [
    ["llmcache show 9f86d081", "the entry whose key begins so"],
    ["llmcache show 9f86d081 --json | jq -r '.[0].answer'", "the answer as it came"],
  ],
  async run({ terminal, say, operands, open }) {
    const opened = await open();
    const [keys = []] = await findKeys(opened.store, operands);
    const all = [];
    for (const key of keys) all.push(await read(opened, key));
    if (say.isJson) await say.json(all.map(toValue));
    else {for (const [at, one] of all.entries()) {
        if (at > 0) await say.text("");
        await say.text(describe(one, terminal.now()));
      }}
    return EXIT.done;
  },
};

interface Read {
  readonly recording: Recording;
  readonly answer: Uint8Array;
  readonly cold: Cold;
  readonly bytes: number;
}

async function read({ store }: Opened, key: string): Promise<Read> {
  const value = await store.get(key);
  const entry = value && parseEntry(value, Infinity, key);
  const cold = value && parseCold(value, key);
  if (value && cold) return { ...(entry as Entry), cold, bytes: value.length };
  throw new CommandError(
    value
      ? `the entry ${key} is damaged, or of another version. llmcache verify tells, and removes what is damaged.`
      : `the entry ${key} is gone meanwhile.`,
  );
}

const decoder = new TextDecoder();

function toValue({ recording, answer, cold }: Read): object {
  const { key, form, dialect, model, namespace, sample, at, took, usage, id } = recording;
  const { status, headers } = recording;
  return {
    key,
    form,
    dialect,
    model,
    namespace,
    sample,
    recordedAt: at,
    milliseconds: took,
    usage,
    id,
    request: cold.request,
    status,
    headers,
    answer: decoder.decode(answer),
    chunks: cold.chunks,
  };
}

function describe({ recording, answer, cold, bytes }: Read, now: number): string {
  const { key, form, dialect, model, namespace, sample, at, took, usage, id } = recording;
  const { url, headers, body } = cold.request;
  const tokens = usage && [usage.input ?? 0, usage.output ?? 0].map(formatCount);
  const facts: (readonly [string, string | undefined])[] = [
    ["key", key],
    ["recorded", `${formatTime(at)} (${formatAge(now - at)} ago), in ${formatSpan(took)}`],
    ["url", url],
    ["format", `${dialect}, ${form}`],
    ["model", model],
    ["namespace", namespace || undefined],
    ["sample", sample > 0 ? String(sample) : undefined],
    ["tokens", tokens && `${tokens[0]} in, ${tokens[1]} out`],
    ["id", id],
    ["size", `${formatBytes(bytes)}, the answer ${formatBytes(answer.length)}`],
  ];
  return [
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : [`${name.padEnd(11)}${oneLine(value)}`]
    ),
    "",
    "request",
    ...headerLines(headers),
    indented(body === undefined ? "not kept (storeRequest: false)" : readable(body)),
    "",
    `answer, status ${recording.status}`,
    ...headerLines(recording.headers),
    indented(readable(decoder.decode(answer))),
  ].join("\n");
}

const headerLines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `  ${oneLine(`${name}: ${value}`)}`);

const indented = (text: string) => text.trimEnd().replaceAll(/^/gm, "  ");

/** JSON on many lines; anything else, such as a stream, as it is. */
function readable(text: string): string {
  try {
    return toJson(JSON.parse(text));
  } catch {
    return text;
  }
}
