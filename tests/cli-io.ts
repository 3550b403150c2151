/** The command line with surroundings of a test's own. */

import { join } from "node:path";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { main, type Output, type Terminal } from "../src/cli/cli.ts";
import { formatEntry, type Recording } from "../src/entry.ts";
import type { CacheStore } from "../src/store.ts";
import { testKey } from "./bytes.ts";
import { fill } from "./packs.ts";
import { inTemporary } from "./places.ts";

/** When the tests take place: 100 s after 1 700 000 000 s, 88 s after the newest of twelve entries. */
export const NOW = 1_700_000_100_000;

/** What a command said. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What may be otherwise. */
export interface Io {
  /** The width of a terminal; without it the output is none. */
  readonly columns?: number;
  /** Whether standard error is a terminal. */
  readonly watched?: boolean;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  /** Stands before standard output. */
  readonly write?: (data: string | Uint8Array) => void;
}

const decoder = new TextDecoder();

/** Runs a command. */
export async function say(args: readonly string[], io: Io = {}): Promise<Said> {
  const text = { out: "", err: "" };
  const output = (name: "out" | "err", isTerminal: boolean): Output => ({
    write(data) {
      if (name === "out") io.write?.(data);
      text[name] += typeof data === "string" ? data : decoder.decode(data);
    },
    isTerminal,
    columns: io.columns,
  });
  const terminal: Terminal = {
    out: output("out", io.columns !== undefined),
    err: output("err", io.watched ?? false),
    input: () => new Blob([(io.input ?? "") as string]).stream(),
    env: (name) => io.env?.[name],
    now: io.now ?? (() => NOW),
  };
  const code = await main(args, terminal);
  return { code, ...text };
}

/** A directory, its store, and the command line on it. */
export interface Filled {
  readonly dir: string;
  readonly store: CacheStore;
  /** Runs a command on the directory. */
  on(args: readonly string[], io?: Io): Promise<Said>;
  /** Runs a command that is to end well, and gives the value it said. */
  json(...args: string[]): Promise<unknown>;
  /** A path beside the directory. */
  beside(name: string): string;
}

/** Plays on a directory of so many entries, which is removed afterwards. */
export async function withEntries(
  count: number,
  play: (filled: Filled) => Promise<void>,
): Promise<void> {
  await inTemporary(async (folder) => {
    const dir = join(folder, "cache");
    const store = nodeFsStore({ dir, now: () => NOW });
    await fill(store, count);
    const on: Filled["on"] = (args, io) =>
      say(args, { ...io, env: { LLMCACHE_DIR: dir, ...io?.env } });
    await play({
      dir,
      store,
      on,
      async json(...args) {
        const { code, out, err } = await on([...args, "--json"]);
        if (code !== 0) throw new Error(err);
        return JSON.parse(out);
      },
      beside: (name) => join(folder, name),
    });
  });
}

/** An entry of a given text. */
export function entryWith(
  n: number,
  { answer = "{}", body = "{}", ...recording }: Partial<Recording> & {
    readonly answer?: string;
    readonly body?: string;
  },
): readonly [key: string, value: Uint8Array] {
  const key = recording.key ?? testKey(n);
  const all: Recording = {
    key,
    form: "whole",
    status: 200,
    headers: { "content-type": "application/json" },
    at: NOW,
    took: 1234,
    dialect: "openai-chat",
    namespace: "",
    sample: 0,
    askedUsage: false,
    ...recording,
  };
  const bytes = new TextEncoder().encode(answer);
  const request = { url: "https://x.test/v1/chat/completions", headers: {}, body };
  const cold = { request, identity: { v: 1, target: "x" }, chunks: [[1, bytes.length]] as const };
  return [key, formatEntry(all, [bytes], cold)];
}
