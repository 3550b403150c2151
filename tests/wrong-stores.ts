/** Stores that are wrong in one way each, and the case of the suite that must find it. */

import { createClaims } from "../adapters/claims.ts";
import type { CacheStore, Claim, DaySavings } from "../src/store.ts";

/** Makes some verbs of a store wrong, which keeps its values in a map. */
export type Wrong = (
  store: Required<CacheStore>,
  values: Map<string, Uint8Array>,
) => Partial<CacheStore>;

/** A claim that keeps what it is not told to. */
const claimed = (claim: Claim | null, wrong: (claim: Claim) => Partial<Claim>) =>
  claim && { ...claim, ...wrong(claim) };

/** What can be wrong with a store, and the case that must find it. */
export const wrongs: [string, Wrong][] = [
  ["what is missing is null", (s) => ({ get: (key) => s.get(key) ?? undefined as never })],
  ["what is missing is null", (s) => ({ get: (key) => s.get(key.replace("stream", "whole")) })],
  ["a value comes back byte for byte", (s) => ({
    get: (key) => (s.get(key) as Uint8Array | null)?.map((byte) => byte & 127) ?? null,
  })],
  ["a value of no bytes is a value", (s) => ({
    get: (key) => (s.get(key) as Uint8Array | null)?.length ? s.get(key) : null,
  })],
  ["200 KB and 10 MB come back", (s) => ({ set: (key, v) => s.set(key, v.slice(0, 9e6)) })],
  ["is a plain Uint8Array", (s) => ({
    get: (key) => s.get(key) && Buffer.from(s.get(key) as Uint8Array),
  })],
  ["is a plain Uint8Array", (_, values) => ({
    get: (key) => values.has(key) ? new Uint8Array(1e6).subarray(0, values.get(key)!.length) : null,
  })],
  ["what get returned may be changed", (_, values) => ({ get: (key) => values.get(key) ?? null })],
  ["a view stores only what it shows", (_, values) => ({
    set: (key, value) => void values.set(key, new Uint8Array(value.buffer.slice(0))),
  })],
  ["the caller may change its bytes", (_, values) => ({
    set: (key, value) => void values.set(key, value),
  })],
  ["shorter over longer", (s, values) => ({
    set(key, value) {
      const old = values.get(key)?.slice() ?? new Uint8Array();
      if (old.length < value.length) return s.set(key, value);
      old.set(value);
      return s.set(key, old);
    },
  })],
  ["delete removes one value", () => ({ delete() {} })],
  ["delete removes one value", (s, values) => ({
    delete(key) {
      if (!values.has(key)) throw new Error("not there");
      return s.delete(key);
    },
  })],
  ["of writers at once one wins whole", (s) => {
    let last = new Uint8Array();
    return {
      async set(key, value) {
        const bytes = last = value.slice();
        for (let turn = 0; turn < value.length; turn += 50_000) await null;
        bytes.set(last.subarray(0, bytes.length));
        await s.set(key, bytes);
      },
    };
  }],
  ["a reader during a write", (s) => ({
    async set(key, value) {
      await s.set(key, value.slice(0, value.length >> 1));
      await new Promise((next) => setTimeout(next));
      await s.set(key, value);
    },
  })],
  ["keys are listed", (_, values) => ({
    async *keys() {
      yield* [...values.keys(), ...values.keys()];
    },
  })],
  ["keys are listed", (_, values) => ({
    async *keys() {
      yield* [...values.keys(), "internal"];
    },
  })],
  ["a listing during which", (_, values) => ({
    async *keys() {
      for (let n = 0; n < values.size; n++) yield [...values.keys()][n]!;
    },
  })],
  ["what was set is there when it is opened again", (_, values) => ({
    close: () => values.clear(),
  })],
  ["two instances on one place see the same", (s) => {
    const own = new Map<string, Uint8Array | null>();
    return {
      get: (key) => own.get(key)?.slice() ?? s.get(key),
      set: (key, value) => void (own.set(key, value.slice()), s.set(key, value)),
    };
  }],
  ["of two instances that write at once", (s) => {
    const own: { value?: Uint8Array } = {};
    return {
      get: (key) => own.value?.slice() ?? s.get(key),
      set: (key, value) => void (own.value = value.slice(), s.set(key, value)),
    };
  }],
  ["a reader sees what another instance writes", (s) => ({
    async set(key, value) {
      await s.set(key, value.slice(0, value.length - 5));
      await null;
      await null;
      await s.set(key, value);
    },
  })],
  ["damaged bytes are a miss", (s) => {
    const first: { value?: Uint8Array } = {};
    return {
      set(key, value) {
        if (value.length > 1_500) first.value ??= value.slice();
        return s.set(key, value);
      },
      get: (key) => first.value?.slice() ?? s.get(key),
    };
  }],
  ["what is damaged behind its back", (s) => {
    const last: { value?: Uint8Array } = {};
    return {
      set(key, value) {
        last.value = value.slice();
        return s.set(key, value);
      },
      get: () => last.value?.slice() ?? null,
    };
  }],
  ["what is damaged behind its back", (s) => {
    const written = new Set<string>();
    return {
      set(key, value) {
        const name = key + value.length;
        if (written.has(name)) return;
        written.add(name);
        return s.set(key, value);
      },
    };
  }],
  ["a failed open is not remembered", (s) => {
    let failed: unknown;
    return {
      set(key, value) {
        if (failed) throw failed;
        try {
          return s.set(key, value);
        } catch (error) {
          failed = error;
          throw error;
        }
      },
    };
  }],
  ["a failed open is not remembered", (s) => ({
    set(key, value) {
      try {
        return s.set(key, value);
      } catch {
        return;
      }
    },
  })],
  ["it has the abilities", () => ({ head: undefined as never })],
  ["head of what is missing", (s) => ({ head: (key, n) => s.head(key, n) ?? new Uint8Array() })],
  ["head gives at least", (s) => ({ head: (key, n) => s.head(key, Math.min(n, 150_000)) })],
  ["head gives at least", (s, values) => ({
    head: (key, n) => values.has(key) ? new Uint8Array(Math.min(n, 9e6)) : s.head(key, n),
  })],
  ["what head returned", (s) => {
    const shared = new Uint8Array(2_000);
    return {
      async head(key, n) {
        const head = await s.head(key, n);
        if (head?.length !== shared.length) return head;
        shared.set(head);
        return shared;
      },
    };
  }],
  ["what head returned", (_, values) => ({ head: (key, n) => values.get(key)!.subarray(0, n) })],
  ["getMany gives what get gives", (s) => ({
    getMany: async (keys) => (await s.getMany(keys)).filter((value) => value !== null),
  })],
  ["getMany gives what get gives", (s) => ({ getMany: (keys) => s.getMany(keys.toSorted()) })],
  ["getMany gives what get gives", (s) => ({ getMany: (keys) => s.getMany([...new Set(keys)]) })],
  ["what getMany returned", (s) => ({
    getMany(keys) {
      const same = new Map(keys.map((key) => [key, s.get(key) as Uint8Array | null]));
      return keys.map((key) => same.get(key)!);
    },
  })],
  ["to touch changes nothing", (s) => ({ touch: (key) => s.set(key, new Uint8Array()) })],
  ["to touch changes nothing", (s) => ({
    touch(key) {
      if (s.get(key) === null) throw new Error("nothing is there");
    },
  })],
  ["to trim removes what was written longest ago", (_, values) => ({
    set: (key, value) => void values.set(key, value.slice()),
  })],
  ["to trim removes what was written longest ago", (s) => ({
    trim: (maxBytes) => s.trim(maxBytes / 2),
  })],
  ["to trim removes what was written longest ago", (s) => ({
    trim: async (maxBytes) => ({ ...await s.trim(maxBytes), entries: 1 }),
  })],
  ["what was touched stays", () => ({ touch: () => {} })],
  ["what another instance touched stays", (s) => {
    // Notes that are kept by each instance, and never written.
    const touched = new Set<string>();
    return {
      touch: (key) => void touched.add(key),
      trim(maxBytes) {
        for (const key of touched) s.touch(key);
        return s.trim(maxBytes);
      },
    };
  }],
  ["to tidy an empty store", () => ({ tidy: () => undefined as never })],
  ["to tidy touches nothing", (_, values) => ({
    tidy(before) {
      if (before > 0) values.delete([...values.keys()].at(-1) ?? "");
      return 0;
    },
  })],
  ["the ledger adds up", ({ ledger }) => ({
    ledger: { ...ledger, add: (savings) => ledger.add({ ...savings, tokens: 0 }) },
  })],
  ["the ledger adds up", () => {
    const days: DaySavings[] = [];
    return { ledger: { add: (savings) => void days.push(savings), read: () => days } };
  }],
  ["the ledger is none of the keys", (s) => ({
    ledger: {
      ...s.ledger,
      add(savings) {
        s.set("ledger", new Uint8Array());
        return s.ledger.add(savings);
      },
    },
  })],
  ["what several instances add", ({ ledger }) => {
    let last = 0;
    return {
      ledger: {
        ...ledger,
        async add(savings) {
          const mine = ++last;
          await null;
          if (mine === last) await ledger.add(savings);
        },
      },
    };
  }],
  ["a claim is one's alone", () => ({ claim: () => ({ renew: () => true, release() {} }) })],
  ["a claim is one's alone", (s) => ({
    claim: async (key, ms) => claimed(await s.claim(key, ms), () => ({ release() {} })),
  })],
  ["of those who claim at once", (s) => {
    let held = false;
    return {
      async claim(key, ms) {
        const isFree = !held;
        await null;
        held = true;
        return isFree ? await s.claim(key, ms) ?? { renew: () => true, release() {} } : null;
      },
    };
  }],
  ["claims and values", (s, values) => ({
    claim: (key, ms) => (values.set(key, new Uint8Array()), s.claim(key, ms)),
  })],
  ["a renewed claim outlives", (s) => ({
    claim: async (key, ms) => claimed(await s.claim(key, ms), () => ({ renew: () => true })),
  })],
  ["an expired claim is lost", (s) => ({
    claim: async (key, ms) =>
      claimed(await s.claim(key, ms), (claim) => ({
        renew: async (ms) => await claim.renew(ms) || true,
      })),
  })],
  ["an expired claim is lost", (s) => ({ claim: (key, ms) => s.claim(key, ms * 1e9) })],
  ["a late release", (s) => {
    const last: { claim?: Claim | null } = {};
    return {
      async claim(key, ms) {
        const claim = await s.claim(key, ms);
        if (claim) last.claim = claim;
        return claimed(claim, () => ({ release: () => last.claim!.release() }));
      },
    };
  }],
  ["a claim may be released twice", (s) => ({
    async claim(key, ms) {
      let isOver = false;
      return claimed(await s.claim(key, ms), (claim) => ({
        release() {
          if (isOver) throw new Error("released");
          isOver = true;
          return claim.release();
        },
      }));
    },
  })],
  ["two instances on one place claim", () => ({ claim: createClaims(() => 0).claim })],
  ["another kind of store", (s) => ({ delete: (key) => s.delete(key.replace("whole", "stream")) })],
];
