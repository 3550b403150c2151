/**
 * What a store holds, in numbers.
 *
 * @module
 */

import type { Headline } from "../entry.ts";
import type { SavingsReport } from "./savings.ts";

/** Sums over entries. */
export interface Sums {
  /** How many entries. */
  readonly entries: number;
  /** How many bytes they take, requests included. */
  readonly bytes: number;
  /** Tokens of the recorded calls, prompts and answers together. */
  readonly tokens: number;
}

/** What a store holds. */
export interface CacheStats extends Sums {
  /** When the oldest and the newest of them were recorded, in milliseconds since 1970. */
  readonly oldest?: number;
  /** See `oldest`. */
  readonly newest?: number;
  /** How many values are no entry that can be read; `verify` tells more. */
  readonly unreadable: number;
  /** The sums by models, the one that takes most first; without `model` where a request names none. */
  readonly models: readonly (Sums & { readonly model?: string })[];
  /** What hits saved. */
  readonly saved: SavingsReport;
}

/** Adds up entries. */
export interface Count {
  /** Adds an entry; `null` is a value that cannot be read as one. */
  add(line: Headline | null): void;
  sums(): Omit<CacheStats, "saved">;
}

interface Sum {
  entries: number;
  bytes: number;
  tokens: number;
}

/** Begins to count. */
export function createCount(): Count {
  const models = new Map<string | undefined, Sum>();
  const all = empty();
  let [unreadable, oldest, newest] = [0, Infinity, -Infinity];

  return {
    add(line) {
      if (!line) return void unreadable++;
      const { model, usage, at } = line.recording;
      const sum = models.get(model) ?? empty();
      models.set(model, sum);
      for (const each of [all, sum]) {
        each.entries++;
        each.bytes += line.bytes;
        each.tokens += (usage?.input ?? 0) + (usage?.output ?? 0);
      }
      oldest = Math.min(oldest, at);
      newest = Math.max(newest, at);
    },
    sums: () => ({
      ...all,
      ...(all.entries > 0 && { oldest, newest }),
      unreadable,
      models: [...models]
        .map(([model, sum]) => ({ ...(model !== undefined && { model }), ...sum }))
        .sort((a, b) => b.bytes - a.bytes),
    }),
  };
}

const empty = (): Sum => ({ entries: 0, bytes: 0, tokens: 0 });
