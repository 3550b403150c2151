// What tests of stores need a process of its own for. Prints one line of JSON.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { CacheStore } from "../src/store.ts";
import { bytesOf, expectBytes, patterned, testKey } from "./bytes.ts";

const key = testKey(0xab);

async function works(store: CacheStore): Promise<boolean> {
  await store.set(key, bytesOf("from the child"));
  const claim = await store.claim!(key, 60_000);
  if (!await claim?.renew(60_000)) return false;
  await claim!.release();
  const value = await store.get(key);
  return value !== null && new TextDecoder().decode(value) === "from the child";
}

/** A store that other processes have too. */
async function shared(): Promise<CacheStore> {
  const { DIR: dir, KV: path, REDIS: url, BRIDGE: name, NAMESPACE: namespace } = process.env;
  if (dir) return (await import("../adapters/node-fs.ts")).nodeFsStore({ dir });
  if (path) return (await import("../adapters/deno-kv.ts")).denoKvStore({ path });
  return await (await import("./bridges.ts")).bridges[name!]!.open(url!, namespace!);
}

const commands: Record<string, () => Promise<unknown>> = {
  /** Writes two values in turns, until it is killed. */
  async write() {
    const { openDefaultStore } = await import("../src/default-store.ts");
    const store = await openDefaultStore();
    const values = [patterned(60_000, 1), patterned(90_000, 2)];
    for (let n = 0; n < 10_000; n++) await store.set(key, values[n % 2]!);
  },
  /** Opens the default store as several caches would. */
  async open() {
    const { sharedDefaultStore, openDefaultStore } = await import("../src/default-store.ts");
    const [store, same] = await Promise.all([sharedDefaultStore(), sharedDefaultStore()]);
    await openDefaultStore();
    return { works: await works(store), shared: store === same };
  },
  /** Which caches share the default store, where some give it a bound. */
  async bounds() {
    const { sharedDefaultStore } = await import("../src/default-store.ts");
    const [none, some, same, other] = await Promise.all(
      [undefined, 500, 500, 600].map((maxBytes) => sharedDefaultStore(maxBytes)),
    );
    await none!.set(key, bytesOf("from the child"));
    if (!await other!.get(key)) throw new Error("another directory");
    const refused = async () => await some!.set(key, patterned(501));
    return {
      same: some === same,
      other: some !== other,
      none: none === await sharedDefaultStore() && none !== some,
      refused: await refused().then(() => false, (error) => /`maxBytes`, 500/.test(error.message)),
    };
  },
  /** A call and the same again, with all that is set by default. */
  async flow() {
    const { cachedFetch, cacheStatus } = await import("../mod.ts");
    const choices = [{ index: 0, message: { content: "yes" }, finish_reason: "stop" }];
    const headers = { "content-type": "application/json" };
    const answer = () => Promise.resolve(new Response(JSON.stringify({ choices }), { headers }));
    const fetch = cachedFetch({ fetch: answer });
    const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });
    const hits = [];
    for (let n = 0; n < 2; n++) {
      const response = await fetch("http://a.test/chat/completions", { method: "POST", body });
      await response.text();
      hits.push(cacheStatus(response)?.hit);
    }
    return { hits };
  },
  /** Reads a variable without looking whether it may. */
  env() {
    return Promise.resolve({ home: process.env["HOME"] !== undefined });
  },
  /** What the default store holds from before. */
  async find() {
    const { openDefaultStore } = await import("../src/default-store.ts");
    const value = await (await openDefaultStore()).get(key);
    return { found: value && new TextDecoder().decode(value) };
  },
  /** Opens the default store in a directory given by the caller. */
  async dir() {
    const { openDefaultStore } = await import("../src/default-store.ts");
    const dir = process.cwd() + "/explicit";
    await openDefaultStore({ dir });
    return { works: await works(await openDefaultStore({ dir })) };
  },
  /** The default store and the hash where there is no `process`, as in a browser. */
  async web() {
    for (const name of ["process", "Deno"]) {
      Object.defineProperty(globalThis, name, { value: undefined, configurable: true });
    }
    const { env, sha256 } = await import("../src/host.ts");
    const hash = await sha256();
    const texts = ["", "abc", "é€😀", "\ud800", "a".repeat(1_000)];
    const { sharedDefaultStore } = await import("../src/default-store.ts");
    const store = await sharedDefaultStore();
    return {
      works: await works(store),
      shared: store === await sharedDefaultStore(),
      env: env("HOME") ?? null,
      hashes: texts.map(hash),
      bytes: hash(patterned(1_000).subarray(10, 500)),
      again: await sha256() === hash,
    };
  },
  /** A first opening that fails for a reason that passes. */
  async again() {
    const { sharedDefaultStore } = await import("../src/default-store.ts");
    const real = process.getBuiltinModule;
    process.getBuiltinModule = () => {
      throw new Error("too many open files");
    };
    const failed = await sharedDefaultStore().then(() => false, () => true);
    process.getBuiltinModule = real;
    return { failed, works: await works(await sharedDefaultStore()) };
  },
  /** Adds to the account of a directory, of which little fits into one file. */
  async ledger() {
    const { directoryLedger } = await import("../adapters/directory-ledger.ts");
    const { nodeFiles } = await import("../adapters/node-files.ts");
    let time = Date.now();
    const ledger = directoryLedger(
      process.env["LLMCACHE_TEST_DIR"]!,
      nodeFiles()!,
      () => time,
      1000,
    );
    for (let n = 0; n < 400; n++) {
      // What others have laid aside is old at once: but not so old that they may be writing to it.
      time = Date.now() + 30_000;
      await ledger.add({ day: "2026-11-25", calls: 1, tokens: 10, milliseconds: 100 });
    }
    return { added: 400 };
  },
  /** Writes to a directory of which the bound is soon reached, as another process does at the same time. */
  async bound() {
    const { nodeFsStore } = await import("../adapters/node-fs.ts");
    const { heldIn } = await import("./rooms.ts");
    const dir = process.env["DIR"]!;
    const store = nodeFsStore({ dir, maxBytes: 50_000 });
    let wrong = 0;
    for (let n = Number(process.env["N"]); n <= 200; n += 2) {
      await store.set(testKey(n), patterned(1000, n));
      const last = Math.max(n - 2, 1);
      const found = n > 2 ? await store.get(testKey(last)) : patterned(1000, last);
      if (found) expectBytes(found, patterned(1000, last));
      else wrong++;
      if (n % 20 < 2) await new Promise((next) => void setTimeout(next, 10));
    }
    const until = Date.now() + 60_000;
    const isWithin = () => heldIn(dir).bytes <= 50_000;
    while (!isWithin() && Date.now() < until) {
      await new Promise((next) => void setTimeout(next, 10));
    }
    const withinBound = isWithin();
    await store.close!();
    return { wrong, withinBound };
  },
  /** Uses an entry, and ends without a word to the store; a rest for a minute keeps nobody. */
  async touch() {
    const { nodeFsStore } = await import("../adapters/node-fs.ts");
    const { restByTimer } = await import("../src/time/wait.ts");
    const { statSync } = await import("node:fs");
    const { pathIn } = await import("./rooms.ts");
    const dir = process.env["DIR"]!;
    await nodeFsStore({ dir }).touch!(testKey(1));
    void restByTimer(60_000);
    return { before: statSync(pathIn(dir, 2)).mtimeMs };
  },
  /** Hits, and ends without a word to the cache. */
  async saved() {
    const { cachedChat } = await import("../mod.ts");
    const { existsSync } = await import("node:fs");
    const ask = cachedChat((_: { model: string }) => Promise.resolve(1));
    for (let n = 0; n <= 20; n++) await ask({ model: "m" });
    return { before: existsSync(`${process.env["LLMCACHE_DIR"]}/ledger`) };
  },
  /** What is said where there is no KV. */
  async "kv-missing"() {
    const { denoKvStore } = await import("../adapters/deno-kv.ts");
    try {
      return void denoKvStore();
    } catch (error) {
      return String(error);
    }
  },
  /** A KV on the network, where nobody answers: a path and a URL, and each once more. */
  async "kv-remote"() {
    const { denoKvStore } = await import("../adapters/deno-kv.ts");
    const url = "http://127.0.0.1:1/";
    const stores = [url, new URL(url)].map((path) => denoKvStore({ path }));
    const asked = [...stores, ...stores].map(async (store) => await store.get(key));
    return (await Promise.allSettled(asked)).map((answer) =>
      `${(answer as { reason?: unknown }).reason}`
    );
  },
  /**
   * Claims many keys, as other processes do at the same time; then counts in a file, alone as long as
   * it holds a claim.
   */
  async claims() {
    const store = await shared();
    let won = 0;
    for (let n = 0; n < 100; n++) {
      if (await store.claim!(testKey(n), 600_000)) won++;
    }
    const file = process.env["FILE"]!;
    for (let n = 0; n < 25; n++) {
      const turn = async () => await store.claim!(key, 600_000);
      let claim = await turn();
      for (; !claim; claim = await turn()) await new Promise((next) => void setTimeout(next, 1));
      const count = Number(readFileSync(file, "utf8")) + 1;
      if (!await claim.renew(600_000)) throw new Error("the claim is lost");
      writeFileSync(file, `${count}`);
      await claim.release();
    }
    await store.close?.();
    return { won };
  },
  /** Writes values of all sizes under one key, as other processes do at the same time. */
  async "kv-write"() {
    const { denoKvStore } = await import("../adapters/deno-kv.ts");
    const store = denoKvStore({ path: process.env["KV"]! });
    let writes = 0;
    for (let n = 0; n < 60; n++) {
      const size = [100, 70_000, 900_000, 200_000][n % 4]! + Number(process.env["N"]);
      await store.set(testKey(1), patterned(size, size));
      const value = await store.get(testKey(1));
      if (value) expectBytes(value, patterned(value.length, value.length));
      writes++;
    }
    await store.close?.();
    return { writes };
  },
};

const said = await commands[process.argv[2]!]!();
if (said) console.log(JSON.stringify(said));
