/** Directories with a bound, whose background work is done as soon as it can be. */

import { mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { directoryStore } from "../adapters/directory.ts";
import type { FileVerbs } from "../adapters/file-verbs.ts";
import { nodeFiles } from "../adapters/node-files.ts";
import type { CacheStore } from "../src/store.ts";
import { patterned, testKey } from "./bytes.ts";
import { settle } from "./gate.ts";

/** What a test can change about a store. */
export interface Changes {
  readonly maxBytes?: number;
  readonly now?: () => number;
  readonly rest?: () => Promise<void>;
  /** The file verbs that it does not take from Node. */
  readonly files?: Partial<FileVerbs>;
}

/** A store that rests no longer than a microtask. */
export function openRoom(dir: string, { files, ...changes }: Changes = {}): CacheStore {
  const rest = () => Promise.resolve();
  return directoryStore(dir, { ...nodeFiles()!, ...files }, { rest, ...changes });
}

/** The path of an entry. */
export const pathIn = (dir: string, n: number): string =>
  join(dir, testKey(n).slice(0, 2), testKey(n));

/** The numbers of the entries that are there, and the bytes they take. */
export function heldIn(dir: string): { readonly numbers: number[]; readonly bytes: number } {
  const numbers: number[] = [];
  let bytes = 0;
  for (const shard of readdirSync(dir).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const name of readdirSync(join(dir, shard))) {
      if (name.length < 70 || name.startsWith(".")) continue;
      numbers.push(parseInt(name.slice(2, 64), 16) * 256 + parseInt(name.slice(0, 2), 16));
      // Another process may have removed it meanwhile.
      bytes += statSync(join(dir, shard, name), { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return { numbers: numbers.sort((a, b) => a - b), bytes };
}

/** Writes entries of 1 000 bytes. */
export async function fill(store: CacheStore, ...numbers: number[]): Promise<void> {
  for (const n of numbers) await store.set(testKey(n), patterned(1000, n));
}

/** Lets an entry be as old as it is told, in minutes. */
export function age(dir: string, n: number, minutes: number): void {
  const time = Date.now() / 1000 - 60 * minutes;
  utimesSync(pathIn(dir, n), time, time);
}

/** All numbers from one to another. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** Waits until the background has done something; fails where it does not. */
export async function until(isDone: () => boolean, what: () => unknown): Promise<void> {
  for (let turns = 0; !isDone(); turns++) {
    if (turns === 2000) throw new Error(`it does not happen: ${JSON.stringify(what())}`);
    await settle();
  }
}

/** Gives the background the time it would need, where nothing is to happen. */
export async function idle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await settle();
}

/** Claims what whoever evicts claims, so that others do not. */
export const EVICTION = `${"0".repeat(64)}.whole`;

/** Makes the folder of an entry. */
export function makeShard(dir: string, shard: string): void {
  mkdirSync(join(dir, shard), { recursive: true });
}
