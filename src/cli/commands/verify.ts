/**
 * `llmcache verify`
 *
 * @module
 */

import { MOST_KEYS, type Verified } from "../../upkeep/verify.ts";
import type { Command } from "../command.ts";
import { EXIT, messageOf } from "../errors.ts";
import { expectAll, progressBar } from "../progress.ts";
import { entries, formatBytes, formatCount } from "../units.ts";

export const verify: Command = {
  name: "verify",
  operands: "",
  takes: [0, 0],
  about: "read every entry, and remove what is damaged or was left half written",
  more: [
    "What is damaged would be a miss anyway. What another version of llmcache wrote is left as it is. It fails where " +
    "something could not be read, or is damaged and could not be removed.",
    "With --json: what cache.verify() gives.",
  ],
  options: {},
  examples: [["llmcache verify", "check everything"]],
  async run({ say, terminal, open }) {
    const { cache, store, fault } = await open({ showsProgress: true });
    const bar = progressBar(terminal, "verifying");
    let found: Verified;
    try {
      await expectAll(bar, store);
      found = await cache.verify({ onProgress: bar.show });
    } finally {
      bar.end();
    }
    if (say.isJson) await say.json(found);
    else await say.text(told(found).join("\n"));
    if (fault() === undefined) return EXIT.done;
    await say.note(`not all could be read and removed: ${messageOf(fault())}`);
    return EXIT.failed;
  },
};

function told(found: Verified): string[] {
  const { entries: count, bytes, damaged, removed, otherVersions, unreadable, leftovers } = found;
  const some = (count: number, what: string) => count === 0 ? [] : [what];
  return [
    `${entries(count)} sound, ${formatBytes(bytes)}`,
    ...some(damaged, `${entries(damaged)} damaged; of them these are removed:`),
    ...removed.map((key) => `  ${key}`),
    ...some(removed.length === MOST_KEYS ? 1 : 0, "  and more"),
    ...some(otherVersions, `${entries(otherVersions)} of another version, left alone`),
    ...some(unreadable, `${entries(unreadable)} could not be read, left alone`),
    ...some(leftovers, `${formatCount(leftovers)} left half written, removed`),
  ];
}
