/**
 * `llmcache stats`
 *
 * @module
 */

import type { SavingsReport } from "../../upkeep/savings.ts";
import type { CacheStats } from "../../upkeep/stats.ts";
import type { Savings } from "../../store.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../errors.ts";
import { nameOf } from "../place.ts";
import { table } from "../table.ts";
import { entries, formatBytes, formatCount, formatSpan, formatTime } from "../units.ts";

export const stats: Command = {
  name: "stats",
  operands: "",
  takes: [0, 0],
  about: "count what is kept, and what hits have saved",
  more: [
    "A directory keeps account of the calls, tokens and time that hits saved, for all processes that use it. Other " +
    "stores do not: there each process knows of its own only, as cache.stats() tells it.",
    "With --json: what cache.stats() gives.",
  ],
  options: {},
  examples: [
    ["llmcache stats", "what is kept, by models, and what was saved"],
    ["llmcache stats --json | jq .saved.total", "calls, tokens and milliseconds"],
  ],
  async run({ say, terminal, open }) {
    const { cache, place } = await open();
    const found = await cache.stats();
    if (say.isJson) await say.json(found);
    else {
      const all = [
        nameOf(place),
        ...kept(found),
        ...saved(found.saved),
        ...models(found, terminal),
      ];
      await say.text(all.join("\n"));
    }
    return EXIT.done;
  },
};

function kept({ entries: count, bytes, tokens, oldest, newest, unreadable }: CacheStats): string[] {
  const since = oldest === undefined || newest === undefined
    ? ""
    : `, recorded ${formatTime(oldest)} to ${formatTime(newest)}`;
  const bad = unreadable === 0
    ? []
    : [`            ${entries(unreadable)} could not be read; see llmcache verify`];
  return [
    `kept        ${entries(count)}, ${formatBytes(bytes)}, ${formatCount(tokens)} tokens${since}`,
    ...bad,
  ];
}

function saved({ scope, since, total, lastWeek }: SavingsReport): string[] {
  if (scope === "process") {
    return [
      "saved       not known: this store keeps no account, each process counts its own hits only",
    ];
  }
  const from = since === undefined ? "" : `, since ${since}`;
  return [
    `saved       ${sums(total)}${from}`,
    `            ${sums(lastWeek)}, in the last 7 days`,
  ];
}

function sums({ calls, tokens, milliseconds }: Savings): string {
  const count = `${formatCount(calls)} ${calls === 1 ? "call" : "calls"}`;
  return `${count}, ${formatCount(tokens)} tokens, ${formatSpan(milliseconds)}`;
}

function models(
  { models }: CacheStats,
  { out }: { readonly out: { readonly columns?: number | undefined } },
): string[] {
  if (models.length === 0) return [];
  const columns = [
    { title: "ENTRIES", isNumber: true },
    { title: "SIZE", isNumber: true },
    { title: "TOKENS", isNumber: true },
    { title: "MODEL" },
  ];
  const cellsOf = ({ model = "(none named)", entries, bytes, tokens }: typeof models[number]) => [
    formatCount(entries),
    formatBytes(bytes),
    formatCount(tokens),
    model,
  ];
  return ["", ...table(columns, models, cellsOf, out.columns)];
}
