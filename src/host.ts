/**
 * What the core asks of the runtime under it: environment variables, permissions, a hash, a warning.
 *
 * This is the only file of `src` that looks at `globalThis` for them. Each is found by its feature,
 * never by the name of a runtime, and typed by its shape, so that web types alone are enough.
 *
 * @module
 */

import type { Awaitable } from "./store.ts";

/** SHA-256 of text (as UTF-8) or bytes, as 64 lower-case hex digits. */
export type Hash = (data: string | Uint8Array) => string;

interface Digest {
  update(data: string | Uint8Array): { digest(encoding: "hex"): string };
}

interface Crypto {
  hash?(algorithm: string, data: string | Uint8Array): string;
  createHash(algorithm: string): Digest;
}

interface Permissions {
  querySync(descriptor: Record<string, string>): { readonly state: string };
}

interface Host {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: string): unknown;
    on?(event: "exit", listener: () => void): unknown;
  };
  readonly Deno?: {
    readonly env?: { get(name: string): string | undefined };
    readonly permissions?: Permissions;
    readonly openKv?: unknown;
  };
  readonly setImmediate?: (done: () => void) => unknown;
  readonly Bun?: { readonly file?: unknown; readonly write?: unknown };
  readonly indexedDB?: unknown;
}

/** Read anew each time, as its parts may be replaced; `unknown`, as Deno's own types are narrower. */
const host = (): Host => globalThis as unknown as Host;

/**
 * Reads an environment variable.
 *
 * @param name its name.
 * @returns its value; `undefined` where it is not set, may not be read, or does not exist at all.
 */
export function env(name: string): string | undefined {
  const { Deno, process } = host();
  if (Deno?.env) return isGranted("env", name) ? Deno.env.get(name) : undefined;
  const value = process?.env?.[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Tells whether something is allowed already, without ever asking the user.
 *
 * @param name the kind of permission.
 * @param what the variable's name, the path, or the kind.
 * @returns `true` in runtimes that know no permissions.
 */
export function isGranted(name: keyof typeof SUBJECT, what: string): boolean {
  const { Deno } = host();
  if (typeof Deno?.permissions?.querySync !== "function") return true;
  return Deno.permissions.querySync({ name, [SUBJECT[name]]: what }).state === "granted";
}

/** What each permission calls the thing it is for. */
const SUBJECT = { env: "variable", read: "path", write: "path", sys: "kind" } as const;

/** Whether this runtime has files of the kind `node:fs` gives access to. */
export function hasFiles(): boolean {
  return builtin("node:fs") !== undefined;
}

/** Whether this runtime has Bun's own files. */
export function hasBunFiles(): boolean {
  const { Bun } = host();
  return typeof Bun?.file === "function" && typeof Bun.write === "function";
}

/** Whether this runtime has Deno's KV. Types say so everywhere; it takes `--unstable-kv`. */
export function hasDenoKv(): boolean {
  return typeof host().Deno?.openKv === "function";
}

/** Whether this runtime has the database of browsers. Whether it may be used is told by opening one. */
export function hasIndexedDb(): boolean {
  try {
    return typeof host().indexedDB === "object";
  } catch {
    return false;
  }
}

function builtin(name: string): unknown {
  return host().process?.getBuiltinModule?.(name);
}

let portable: Promise<Hash> | undefined;

/**
 * The fastest SHA-256 of this runtime: at once where it is native, else by a promise.
 *
 * WebCrypto is not used: it takes 40–100 µs a call, and is missing on plain http off localhost.
 *
 * @returns the hash; rejects where the portable one could not be loaded, and tries anew next time.
 */
export function sha256(): Awaitable<Hash> {
  const crypto = builtin("node:crypto") as Crypto | undefined;
  if (crypto) return nativeHash(crypto);
  portable ??= loadPortableHash().catch((error) => {
    portable = undefined;
    throw error;
  });
  return portable;
}

/** One call saves 0.3–1.5 µs of 2–4 at 2 KB in every runtime; at 1 MB both take 0.7 ms. */
function nativeHash(crypto: Crypto): Hash {
  const { hash } = crypto;
  if (hash) return (data) => hash("sha256", data);
  return (data) => crypto.createHash("sha256").update(data).digest("hex");
}

async function loadPortableHash(): Promise<Hash> {
  const [{ sha256 }, { bytesToHex }] = await Promise.all([
    import("@noble/hashes/sha2.js"),
    import("@noble/hashes/utils.js"),
  ]);
  const encoder = new TextEncoder();
  return (data) => bytesToHex(sha256(typeof data === "string" ? encoder.encode(data) : data));
}

/** The runtime's own CRC-32, in Node, Bun and Deno. */
export function nativeCrc32(): ((bytes: Uint8Array) => number) | undefined {
  const zlib = builtin("node:zlib") as { crc32?(bytes: Uint8Array): number } | undefined;
  return zlib?.crc32;
}

/**
 * Calls back in a later turn of the event loop, when timers and I/O had theirs: by `setImmediate` in
 * Node, Bun and Deno (2 µs), by a MessageChannel in browsers (30 µs). A timer waits a whole millisecond
 * and more, but some edge runtimes have nothing else.
 */
export function nextTurn(done: () => void): void {
  const { setImmediate } = host();
  if (setImmediate) return void setImmediate(done);
  if (typeof MessageChannel === "undefined") return void setTimeout(done, 0);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    done();
  };
  port2.postMessage(null);
}

/** How long background work waits, in milliseconds. */
const BACKGROUND = 1000;

const waiting = new Set<(isEnd: boolean) => void>();
let isWatching = false;

/**
 * Does something in a second, or when the program ends before, which is not kept from ending. What it
 * does at the end must be done at once; it is told so.
 *
 * @returns forgets about it; until then it is done at the end once more.
 */
export function inBackground(act: (isEnd: boolean) => void): () => void {
  const { process } = host();
  if (!isWatching) process?.on?.("exit", () => waiting.forEach((act) => act(true)));
  isWatching = true;
  const timer = setTimeout(() => act(false), BACKGROUND);
  (timer as { unref?(): void }).unref?.();
  const dismiss = () => {
    clearTimeout(timer);
    waiting.delete(act);
  };
  waiting.add(act);
  return dismiss;
}

const warned = new Set<string>();

/**
 * Tells the user something on the console, the same thing once only.
 *
 * @param message what is the matter, and what to do about it.
 */
export function warn(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}
