/**
 * `llmcache ls`
 *
 * @module
 */

import type { EntryInfo } from "../../upkeep/entry-info.ts";
import type { Command, Work } from "../command.ts";
import { EXIT } from "../errors.ts";
import { filterOf, FILTERS } from "../filter.ts";
import { shortKey } from "../keys.ts";
import { nameOf } from "../place.ts";
import { type Column, table } from "../table.ts";
import { formatAge, formatBytes, formatCount, readNumber } from "../units.ts";

/** How many lines a person wants to see who does not say. */
const ON_TERMINAL = 50;

export const ls: Command = {
  name: "ls",
  operands: "",
  takes: [0, 0],
  about: "list the entries, the newest first",
  more: [
    `On a terminal the newest ${ON_TERMINAL} are listed unless --limit says otherwise, elsewhere all of ` +
    "them. Of 100,000 entries it reads the first lines only, which takes a few seconds. Prompts are shown " +
    "without control characters.",
    "With --json: a list of what cache.entries() gives, an entry a line.",
  ],
  options: {
    limit: { value: "N", about: "at most so many; 0 means all" },
    ...FILTERS,
  },
  examples: [
    ["llmcache ls --limit 5", "the newest five"],
    ["llmcache ls --model gpt-4.1 --older-than 30d", "old ones of a model"],
    ["llmcache ls --json | jq -r .[].key", "all keys"],
  ],
  async run(work) {
    const { terminal, say, option } = work;
    const given = option("limit");
    const asked = given === undefined ? undefined : readNumber(given, "--limit", 0);
    const most = asked ?? (terminal.out.isTerminal && !say.isJson ? ON_TERMINAL : 0);
    const filter = filterOf(work);
    const { cache, place } = await work.open();
    const { newest, count } = await collect(cache.entries(filter), most || Infinity);
    if (say.isJson) await say.jsonList(newest);
    else if (count > 0) await list(newest, work);
    else {await say.note(
        `no entries${isFiltered(filter) ? " of this kind" : ""} in ${nameOf(place)}.`,
      );}
    const left = count - newest.length;
    if (left > 0 && !say.isJson) await say.note(`${formatCount(left)} more; --limit 0 lists all.`);
    return EXIT.done;
  },
};

const isFiltered = (filter: object) => Object.keys(filter).length > 0;

/** Keeps the newest, and no more in memory than twice as many. */
async function collect(
  all: AsyncIterable<EntryInfo>,
  most: number,
): Promise<{ newest: EntryInfo[]; count: number }> {
  let newest: EntryInfo[] = [];
  let count = 0;
  const cut = () => {
    newest.sort((a, b) => b.recordedAt - a.recordedAt || (a.key < b.key ? -1 : 1));
    if (newest.length > most) newest = newest.slice(0, most);
  };
  for await (const entry of all) {
    count++;
    newest.push(entry);
    if (newest.length > 2 * most + 1000) cut();
  }
  cut();
  return { newest, count };
}

const COLUMNS: readonly Column[] = [
  { title: "KEY" },
  { title: "AGE", isNumber: true },
  { title: "MODEL", most: 20 },
  { title: "TOKENS", isNumber: true },
  { title: "SIZE", isNumber: true },
  { title: "PROMPT" },
];

/** How many lines are written at once. */
const SOME = 200;

async function list(newest: readonly EntryInfo[], { terminal, say }: Work): Promise<void> {
  const now = terminal.now();
  const named = newest.some(({ namespace }) => namespace !== "");
  const shown: readonly Column[] = named
    ? [...COLUMNS.slice(0, 3), { title: "NAMESPACE", most: 12 }, ...COLUMNS.slice(3)]
    : COLUMNS;
  const cellsOf = (entry: EntryInfo) => {
    const cells = rowOf(entry, now);
    return named ? cells.toSpliced(3, 0, entry.namespace) : cells;
  };
  let lines: string[] = [];
  for (const line of table(shown, newest, cellsOf, terminal.out.columns)) {
    if (lines.push(line) < SOME) continue;
    await say.text(lines.join("\n"));
    lines = [];
  }
  if (lines.length > 0) await say.text(lines.join("\n"));
}

function rowOf(entry: EntryInfo, now: number): string[] {
  const { key, recordedAt, model = "", usage, entryBytes, words = "" } = entry;
  const tokens = usage ? formatCount((usage.input ?? 0) + (usage.output ?? 0)) : "";
  return [
    shortKey(key),
    formatAge(now - recordedAt),
    model,
    tokens,
    formatBytes(entryBytes),
    words,
  ];
}
