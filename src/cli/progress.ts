/**
 * How far long work is, on a terminal only, and on standard error: what is asked for may go to a file.
 *
 * @module
 */

import type { Progress } from "../progress.ts";
import type { CacheStore } from "../store.ts";
import type { Terminal } from "./terminal.ts";
import { entries, formatBytes, formatCount } from "./units.ts";
import { fit } from "./width.ts";

/** Shows how far it is. */
export interface Bar {
  /** Whether anybody sees it; what it costs to know the sum is spared otherwise. */
  readonly isShown: boolean;
  /** Tells how much there is to do, in entries or in bytes. */
  expect(sum: Partial<Progress>): void;
  show(progress: Progress): void;
  /** Takes it away. */
  end(): void;
}

/** How long it stays as it is, in milliseconds. */
const PAUSE = 100;
const WIDTH = 24;
const CLEAR = "\r\x1b[K";

/** Prepares to show it. */
export function progressBar({ err, env, now }: Terminal, what: string): Bar {
  const isShown = err.isTerminal && env("TERM") !== "dumb";
  let sum: Partial<Progress> = {};
  let last = -Infinity;

  async function draw(text: string): Promise<void> {
    try {
      await err.write(text);
    } catch {
      // A courtesy: the work goes on without.
    }
  }

  return {
    isShown,
    expect: (all) => void (sum = all),
    show(progress) {
      const time = now();
      if (!isShown || time - last < PAUSE) return;
      last = time;
      const line = `${what}  ${partOf(progress, sum)}${told(progress, sum)}`;
      void draw(`${CLEAR}${fit(line, (err.columns ?? 80) - 1)}`);
    },
    end() {
      if (last !== -Infinity) void draw(CLEAR);
      last = -Infinity;
    },
  };
}

/** Counts the entries of a store for the bar. */
export async function expectAll(bar: Bar, store: CacheStore): Promise<void> {
  if (!bar.isShown) return;
  let count = 0;
  for await (const _ of store.keys()) count++;
  bar.expect({ entries: count });
}

function partOf(done: Progress, sum: Partial<Progress>): string {
  const [part, whole] = sum.entries === undefined
    ? [done.bytes, sum.bytes]
    : [done.entries, sum.entries];
  if (!whole) return "";
  const share = Math.min(1, part / whole);
  const full = Math.floor(share * WIDTH);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${percent}  `;
}

function told(done: Progress, sum: Partial<Progress>): string {
  const of = sum.entries === undefined ? "" : ` of ${formatCount(sum.entries)}`;
  const count = of ? `${formatCount(done.entries)}${of} entries` : entries(done.entries);
  return `${count}, ${formatBytes(done.bytes)}`;
}
