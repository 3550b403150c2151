/**
 * One program for every way a disk can fail: what a child does whose limits or file systems are not
 * those of the tests. It prints what it saw as one line of JSON; `disk.test.ts` starts it.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { nodeFsStore } from "../adapters/node-fs.ts";
import { listen } from "./listen.ts";
import { asking, RIGHT, type Way } from "./ways.ts";

const [what = "", dir = ""] = process.argv.slice(2);
const store = nodeFsStore({ dir: `${dir}/entries` });
const { events, story, onEvent } = listen();
const { ask, out } = asking({ store, onEvent });

/** Asks, and tells what happened: calls, the codes of the faults, and events. */
async function tell(way: Way = "a fetch"): Promise<unknown> {
  const isRight = JSON.stringify(await ask(way)) === JSON.stringify(RIGHT[way]);
  const codes = events.flatMap((event) =>
    event.status === "fault" ? [(event.error as { code?: string }).code] : []
  );
  return { isRight, out: out(), codes, story: story() };
}

const tells: Record<string, () => Promise<unknown[]>> = {
  /** In a file system of a few KB. */
  async full() {
    const first = await tell();
    const big = `${dir}/big`;
    try {
      writeFileSync(big, new Uint8Array(1 << 20));
    } catch {
      // It is full now.
    }
    const during = [await tell("a function"), await tell("a function"), await tell()];
    rmSync(big);
    const after = [await tell("a function"), await tell("a function")];
    const names = readdirSync(dir, { recursive: true }).map(String);
    return [first, ...during, ...after, names.filter((name) => name.endsWith(".tmp"))];
  },
  /** In a file system that becomes read-only. */
  async "read-only"() {
    const first = await tell();
    execFileSync("mount", ["-o", "remount,ro", dir]);
    return [first, await tell(), await tell("a function"), await tell("a function")];
  },
  /** With no file to open any more. */
  async files() {
    mkdirSync(`${dir}/entries`, { recursive: true });
    const first = await tell();
    const open: number[] = [];
    try {
      for (;;) open.push(openSync(dir, "r"));
    } catch {
      // None is left.
    }
    const during = [await tell(), await tell("a function")];
    open.forEach((fd) => closeSync(fd));
    return [first, ...during, await tell(), await tell("a function"), await tell("a function")];
  },
};

console.log(JSON.stringify(await tells[what]!()));
