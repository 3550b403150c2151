/**
 * The options, checked by name at construction: a wrong option must not wait for a wrong answer.
 *
 * @module
 */

import type { EventListener } from "./events.ts";
import type { CacheStore } from "./store.ts";
import { env } from "./host.ts";
import { readAliases } from "./target.ts";

/** What a cache does with a request it knows. */
export type CacheMode = "auto" | "replay" | "refresh" | "off";

/** How a stored stream is paced when it is served. */
export type Pace = "none" | "recorded" | number;

/** Waits so many milliseconds; rejects with the signal's reason when it aborts. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** What a face of a cache can be told; every member is optional. */
export interface FaceOptions {
  /**
   * `auto` serves what is stored and records the rest. `replay` serves what is stored and lets
   * nothing out. `refresh` asks anew and records. `off` does nothing. The environment variable
   * `LLMCACHE_MODE` wins over it. Default `auto`.
   */
  readonly mode?: CacheMode | undefined;
  /** Keeps apart what must not be shared: team members, experiments, tenants. Default `""`. */
  readonly namespace?: string | undefined;
  /**
   * Other names for origins, so that a server that moves keeps its entries:
   * `{ "http://10.0.0.5:8000": "vllm" }`.
   */
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether answers are stored that were filtered, refused, or cut at a length the request did not
   * set. Default `false`.
   */
  readonly storeIncomplete?: boolean | undefined;
  /**
   * How a stored answer's chunks are served: `none` at once, `recorded` at the times they were
   * recorded, or a number of milliseconds between two chunks. Default `none`.
   */
  readonly pace?: Pace | undefined;
  /**
   * URLs, of what is not cached, that may be called in `replay` mode all the same: an origin, or the
   * beginning of a path.
   */
  readonly allow?: readonly string[] | undefined;
  /** Told once for every call, and once for every fault of the store. */
  readonly onEvent?: EventListener | undefined;
  /** What calls go out through; a client keeps a fetch of its own. Default the runtime's. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options of a cache; every member is optional. */
export interface CacheOptions extends FaceOptions {
  /** Where entries are kept. Default: what this runtime keeps by itself. */
  readonly store?: CacheStore | undefined;
  /** The directory of the default directory store; wins over `LLMCACHE_DIR`. */
  readonly dir?: string | URL | undefined;
  /** The largest answer that is stored, in bytes; larger ones pass. Default 32 MiB. */
  readonly maxEntryBytes?: number | undefined;
  /** The longest wait on a store, in milliseconds. Default 2 000. */
  readonly storeTimeout?: number | undefined;
  /** The time, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Every pause and time limit goes through it, so that tests need not sleep. */
  readonly wait?: Wait | undefined;
}

/** The options with every default filled in. */
export interface Settings {
  readonly store: CacheStore | undefined;
  readonly dir: string | URL | undefined;
  readonly mode: CacheMode;
  readonly namespace: string;
  readonly aliases: ReadonlyMap<string, string>;
  readonly storeIncomplete: boolean;
  readonly pace: Pace;
  readonly allow: readonly string[];
  readonly onEvent: EventListener | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly maxEntryBytes: number;
  readonly storeTimeout: number;
  readonly now: () => number;
  readonly wait: Wait;
}

const MODES: readonly string[] = ["auto", "replay", "refresh", "off"];
const FACE = [
  "mode",
  "namespace",
  "aliases",
  "storeIncomplete",
  "pace",
  "allow",
  "onEvent",
  "fetch",
];
const CACHE = [...FACE, "store", "dir", "maxEntryBytes", "storeTimeout", "now", "wait"];

/**
 * Checks the options of a cache and fills in the defaults.
 *
 * @throws {TypeError} naming the option that is wrong, what it should be, and what it is.
 */
export function readOptions(options: CacheOptions): Settings {
  checkNames(options, CACHE, "a cache");
  if (options.store !== undefined && options.dir !== undefined) {
    throw new TypeError(
      "llmcache: the options `store` and `dir` exclude each other; `dir` names the directory of the " +
        "default store. Leave one out.",
    );
  }
  return readFace(options, {
    store: check(options, "store", isStore, "a CacheStore (get, set, delete, keys)"),
    dir: check(options, "dir", isPlace, "a path or a file: URL"),
    mode: "auto",
    namespace: "",
    aliases: new Map(),
    storeIncomplete: false,
    pace: "none",
    allow: [],
    onEvent: undefined,
    fetch: undefined,
    maxEntryBytes: check(options, "maxEntryBytes", isSize, "a whole number of bytes") ?? 32 << 20,
    storeTimeout: check(options, "storeTimeout", isDuration, "milliseconds above 0") ?? 2000,
    now: check(options, "now", isFunction, "a function") ?? Date.now,
    wait: check(options, "wait", isFunction, "a function") ?? waitByTimer,
  });
}

/** Checks the options of another face and lays them over the settings of the first. */
export function readFaceOptions(options: FaceOptions, base: Settings): Settings {
  checkNames(options, FACE, "cache.with()");
  return readFace(options, base);
}

function readFace(options: FaceOptions, base: Settings): Settings {
  const mode = check(options, "mode", isMode, MODES.join(", ")) ?? base.mode;
  const aliases = check(options, "aliases", isObject, "an object of origins and names");
  return {
    ...base,
    mode: modeOfEnvironment() ?? mode,
    namespace: check(options, "namespace", isString, "a string") ?? base.namespace,
    aliases: aliases ? readAliases(aliases) : base.aliases,
    storeIncomplete: check(options, "storeIncomplete", isBoolean, "true or false") ??
      base.storeIncomplete,
    pace: check(options, "pace", isPace, '"none", "recorded" or milliseconds') ?? base.pace,
    allow: check(options, "allow", isUrls, "a list of absolute URLs") ?? base.allow,
    onEvent: check(options, "onEvent", isFunction, "a function") ?? base.onEvent,
    fetch: check(options, "fetch", isFunction, "a function like fetch") ?? base.fetch,
  };
}

function modeOfEnvironment(): CacheMode | undefined {
  const value = env("LLMCACHE_MODE");
  if (!value) return undefined;
  if (isMode(value)) return value as CacheMode;
  throw new TypeError(
    `llmcache: the environment variable LLMCACHE_MODE is "${value}"; it must be one of ` +
      `${MODES.join(", ")}.`,
  );
}

function checkNames(options: object, known: readonly string[], of: string): void {
  if (!isObject(options)) {
    throw new TypeError(`llmcache: the options of ${of} must be an object, not ${show(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const where = CACHE.includes(name) ? "can be set for the whole cache only" : "is unknown";
    throw new TypeError(
      `llmcache: the option \`${name}\` of ${of} ${where}. The options are ${known.join(", ")}.`,
    );
  }
}

function check<O extends object, K extends keyof O & string>(
  options: O,
  name: K,
  valid: (value: unknown) => boolean,
  expected: string,
): Exclude<O[K], undefined> | undefined {
  const value = options[name];
  if (value === undefined || valid(value)) {
    return value as Exclude<O[K], undefined> | undefined;
  }
  throw new TypeError(
    `llmcache: the option \`${name}\` must be ${expected}; it is ${show(value)}.`,
  );
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (value !== null && typeof value === "object") {
    return Array.isArray(value) ? "an array" : "an object";
  }
  return String(value);
}

const isString = (value: unknown) => typeof value === "string";
const isBoolean = (value: unknown) => typeof value === "boolean";
const isFunction = (value: unknown) => typeof value === "function";
const isMode = (value: unknown) => typeof value === "string" && MODES.includes(value);
const isObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isDuration = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const isPace = (value: unknown) =>
  value === "none" || value === "recorded" || (Number.isFinite(value) && (value as number) >= 0);
const isPlace = (value: unknown) =>
  (typeof value === "string" && value !== "") ||
  (value instanceof URL && value.protocol === "file:");
const isUrls = (value: unknown) =>
  Array.isArray(value) && value.every((url) => typeof url === "string" && URL.canParse(url));
const isStore = (value: unknown) =>
  isObject(value) &&
  ["get", "set", "delete", "keys"].every((verb) =>
    typeof (value as Record<string, unknown>)[verb] === "function"
  );

/** The default {@linkcode Wait}. */
function waitByTimer(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
