/**
 * What hits saved: counted in this process, and handed to the store in batches where it keeps account.
 *
 * @module
 */

import { inBackground } from "../host.ts";
import type { CacheStore, DaySavings, Ledger, Savings } from "../store.ts";

/** What was saved. */
export interface SavingsReport {
  /**
   * `store`: by all who used the store, as it keeps account. `process`: by this process alone, because
   * the store does not.
   */
  readonly scope: "store" | "process";
  /** The first day on which something was saved, in UTC: `2026-11-25`. */
  readonly since?: string;
  /** Since then. */
  readonly total: Savings;
  /** Today and on the six days before, in UTC. */
  readonly lastWeek: Savings;
}

/** What hits on one store saved. */
export interface SavingsCount {
  /** Counts a hit. Nothing is written before it has been served. */
  add(now: number, tokens: number, milliseconds: number): void;
  /** Hands to the store what it has not got yet. */
  flush(): Promise<void>;
  /** Tells what was saved. */
  report(now: number): Promise<SavingsReport>;
}

type Sum = { -readonly [Name in keyof Savings]: number };

/** Sums by days since 1970. */
type Days = Map<number, Sum>;

const DAY = 86_400_000;

/** Starts to count. Faults of the account are no one's concern: it is an account of what went well. */
export function createSavings({ ledger }: Pick<CacheStore, "ledger">): SavingsCount {
  const own: Days = new Map();
  /** What the store has not got yet. */
  let pending: Days = new Map();
  let dismiss: (() => void) | undefined;

  async function flush(): Promise<void> {
    dismiss?.();
    dismiss = undefined;
    if (!ledger || pending.size === 0) return;
    const batch = listed(pending);
    pending = new Map();
    // All are handed over before anything is waited for: there is no later when the program ends.
    const handed = batch.map(async (savings) => await ledger.add(savings));
    for (const [at, { status }] of (await Promise.allSettled(handed)).entries()) {
      // Full, read-only or gone: the next batch tries again.
      if (status === "rejected") put(pending, batch[at]!);
    }
  }

  return {
    add(now, tokens, milliseconds) {
      const day = Math.floor(now / DAY);
      count(own, day, { calls: 1, tokens, milliseconds });
      if (!ledger) return;
      count(pending, day, { calls: 1, tokens, milliseconds });
      dismiss ??= inBackground(() => void flush());
    },
    flush,
    async report(now) {
      await flush();
      const account = await read(ledger);
      const days = account ? addUp([...account, ...listed(pending)]) : listed(own);
      const week = dayOf(Math.floor(now / DAY) - 6);
      const since = days.map(({ day }) => day).sort()[0];
      return {
        scope: account ? "store" : "process",
        ...(since !== undefined && { since }),
        total: sumOf(days),
        lastWeek: sumOf(days.filter(({ day }) => day >= week)),
      };
    },
  };
}

async function read(ledger: Ledger | undefined): Promise<readonly DaySavings[] | undefined> {
  try {
    return await ledger?.read();
  } catch {
    return undefined;
  }
}

/** Adds up what was saved on each day. */
export function addUp(days: readonly DaySavings[]): DaySavings[] {
  const sums: Days = new Map();
  for (const savings of days) put(sums, savings);
  return listed(sums);
}

function put(sums: Days, savings: DaySavings): void {
  count(sums, Math.floor(Date.parse(savings.day) / DAY), savings);
}

function count(sums: Days, day: number, { calls, tokens, milliseconds }: Savings): void {
  const sum = sums.get(day);
  if (!sum) return void sums.set(day, { calls, tokens, milliseconds });
  sum.calls += calls;
  sum.tokens += tokens;
  sum.milliseconds += milliseconds;
}

function listed(sums: Days): DaySavings[] {
  return [...sums].map(([day, sum]) => ({ day: dayOf(day), ...sum }));
}

function sumOf(days: readonly Savings[]): Savings {
  const sums: Days = new Map();
  for (const savings of days) count(sums, 0, savings);
  return sums.get(0) ?? { calls: 0, tokens: 0, milliseconds: 0 };
}

function dayOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
