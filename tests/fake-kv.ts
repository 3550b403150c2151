/** A KV in memory with the limits of Deno's, whose verbs a test may replace or watch. */

import type { DenoKv, DenoKvAtomic, DenoKvEntry, DenoKvKey } from "../adapters/deno-kv.ts";
import { check } from "./bytes.ts";

/** A KV that shows what it holds. */
export interface FakeKv extends DenoKv {
  readonly values: Map<string, { key: DenoKvKey; value: unknown; versionstamp: string }>;
  /** Called before each commit. */
  onCommit(): void;
  /** Called before each read of several values, with how many. */
  onGetMany(count: number): Promise<void> | void;
  /** Called before each listing, with how many it may give. */
  onList(limit: number): Promise<void> | void;
  /** How often it was closed. */
  closed: number;
}

/** What a change does to the values; `bytes` counts against the limit of a commit. */
interface Mutation {
  readonly bytes: number;
  readonly run: () => void;
}

export function fakeKv(): FakeKv {
  const values: FakeKv["values"] = new Map();
  let version = 0;
  const entryOf = (key: DenoKvKey): DenoKvEntry => {
    const { value, versionstamp } = values.get(JSON.stringify(key)) ?? {};
    // As Deno gives it: a copy, and of a view no more than it shows.
    return { value: structuredClone(value) ?? null, versionstamp: versionstamp ?? null };
  };

  const kv: FakeKv = {
    values,
    closed: 0,
    onCommit() {},
    onGetMany() {},
    onList() {},
    async get(key) {
      await null;
      return entryOf(key);
    },
    async getMany(keys) {
      check(keys.length <= 10, "Too many ranges (max 10)");
      await kv.onGetMany(keys.length);
      return keys.map(entryOf);
    },
    async *list({ prefix, start = [] }, { limit = Infinity } = {}) {
      await kv.onList(limit);
      const found = [...values.values()].map(({ key }) => key)
        .filter((key) => prefix.every((part, at) => part === key[at])).sort(byParts)
        .filter((key) => byParts(start, key) <= 0);
      for (const key of found.slice(0, limit)) yield { key, value: entryOf(key).value };
    },
    atomic: () => change(kv, () => `${++version}`),
    close: () => void kv.closed++,
  };
  return kv;
}

/** As a KV orders keys: part by part, numbers by their size. */
function byParts(a: DenoKvKey, b: DenoKvKey): number {
  const at = a.findIndex((part, at) => part !== b[at]);
  if (at === -1) return a.length - b.length;
  return b[at] !== undefined && a[at]! < b[at]! ? -1 : 1;
}

function change(kv: FakeKv, stamp: () => string): DenoKvAtomic {
  const checks: (() => boolean)[] = [];
  const mutations: Mutation[] = [];
  const self: DenoKvAtomic = {
    check({ key, versionstamp }) {
      const at = JSON.stringify(key);
      checks.push(() => (kv.values.get(at)?.versionstamp ?? null) === versionstamp);
      return self;
    },
    set(key, value) {
      const at = JSON.stringify(key);
      const versionstamp = stamp();
      const run = () => void kv.values.set(at, { key, value: kept(value), versionstamp });
      mutations.push({ bytes: at.length + sizeOf(value), run });
      return self;
    },
    delete(key) {
      const at = JSON.stringify(key);
      mutations.push({ bytes: at.length, run: () => void kv.values.delete(at) });
      return self;
    },
    async commit() {
      check(mutations.length <= 1_000, "Too many mutations (max 1000)");
      const bytes = mutations.reduce((sum, mutation) => sum + mutation.bytes, 0);
      check(bytes <= 819_200, "Total mutation size too large (max 819200 bytes)");
      await null;
      kv.onCommit();
      if (!checks.every((holds) => holds())) return { ok: false };
      for (const { run } of mutations) run();
      return { ok: true };
    },
  };
  return self;
}

/** Of bytes only what they show is kept; of a view inside an object, everything behind it. */
const kept = (value: unknown) =>
  value instanceof Uint8Array ? new Uint8Array(value) : structuredClone(value);

function sizeOf(value: unknown): number {
  const size = value instanceof Uint8Array ? value.length : 80 + behind(value as object);
  check(size <= 65_536, "Value too large (max 65536 bytes)");
  return size;
}

function behind(value: object): number {
  const inner = Object.values(value).find((member) => member instanceof Uint8Array);
  return (inner as Uint8Array | undefined)?.buffer.byteLength ?? 0;
}
