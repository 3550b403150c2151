/**
 * How far long work is, on a terminal only, and on standard error: what is asked for may go to a file.
 *
 * @module
 */

import type { Progress } from "../upkeep/progress.ts";
import type { CacheStore } from "../store.ts";
import type { Terminal } from "./terminal.ts";
import { entries, formatBytes, formatCount } from "./units.ts";
import { fit } from "./width.ts";

/** What is done; the bytes where they are known. */
type Done = Pick<Progress, "entries"> & Partial<Progress>;

/** Shows how far it is. */
export interface Bar {
  /** Whether anybody sees it; what it costs to know the sum is spared otherwise. */
  readonly isShown: boolean;
  /** Tells how much there is to do, in entries or in bytes. */
  expect(sum: Partial<Progress>): void;
  show(progress: Done): void;
  /** Takes it away. */
  end(): void;
}

/** How long it stays as it is, in milliseconds. What takes no longer needs none. */
const PAUSE = 100;
const WIDTH = 24;
const CLEAR = "\r\x1b[K";

/** Prepares to show it. */
export function progressBar({ err, env, now }: Terminal, what: string): Bar {
  const isShown = err.isTerminal && env("TERM") !== "dumb";
  let sum: Partial<Progress> = {};
  let last = isShown ? now() : Infinity;
  let isDrawn = false;

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
      if (!isShown) return;
      const time = now();
      if (time - last < PAUSE) return;
      last = time;
      isDrawn = true;
      const line = `${what}  ${partOf(progress, sum)}${told(progress, sum)}`;
      void draw(`${CLEAR}${fit(line, (err.columns ?? 80) - 1)}`);
    },
    end() {
      if (isDrawn) void draw(CLEAR);
      isDrawn = false;
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

/** The same store, which shows how many entries have been listed. */
export function watched(store: CacheStore, terminal: Terminal): CacheStore {
  return {
    ...store,
    async *keys() {
      const bar = progressBar(terminal, "reading");
      let entries = 0;
      try {
        for await (const key of store.keys()) {
          bar.show({ entries: ++entries });
          yield key;
        }
      } finally {
        bar.end();
      }
    },
  };
}

function partOf(done: Done, sum: Partial<Progress>): string {
  const [part, whole] = sum.entries === undefined
    ? [done.bytes ?? 0, sum.bytes]
    : [done.entries, sum.entries];
  if (!whole) return "";
  const share = Math.min(1, part / whole);
  const full = Math.floor(share * WIDTH);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${percent}  `;
}

function told(done: Done, sum: Partial<Progress>): string {
  const of = sum.entries === undefined ? "" : ` of ${formatCount(sum.entries)}`;
  const count = of ? `${formatCount(done.entries)}${of} entries` : entries(done.entries);
  return done.bytes === undefined ? count : `${count}, ${formatBytes(done.bytes)}`;
}
