/**
 * The options with every default filled in, checked by name at construction: a wrong option must not
 * wait for a wrong answer.
 *
 * @module
 */

import { checkOptions } from "./check-options.ts";
import { readDuration } from "./duration.ts";
import { readHeaderNames } from "../identity/headers.ts";
import type { CacheMode, FaceOptions } from "./face.ts";
import { env } from "../host.ts";
import { type Path, readPaths } from "../identity/ignore.ts";
import type { CacheOptions, Wait } from "./options.ts";
import { readDialects } from "../own/dialects.ts";
import { cacheRules, faceRules, MODES } from "./rules.ts";
import { readAliases } from "../identity/target.ts";
import { restByTimer, waitByTimer } from "../time/wait.ts";

/** Options that have no default. */
type Absent =
  | "store"
  | "dir"
  | "maxBytes"
  | "normalize"
  | "key"
  | "shouldStore"
  | "onEvent"
  | "fetch";

/** Options that are kept in another form than they are given in. */
type Read = "aliases" | "ignore" | Span;

/** The options as the library uses them. */
export type Settings =
  & { readonly [Name in Absent]: CacheOptions[Name] }
  & { readonly [Name in Exclude<keyof CacheOptions, Absent | Read>]-?: Given<Name> }
  & { readonly aliases: ReadonlyMap<string, string>; readonly ignore: readonly Path[] }
  /** A pause that keeps no program from ending. */
  & { readonly rest: Wait }
  /** Milliseconds. */
  & { readonly [Name in Span]: number };

type Span = "ttl" | "staleIfError";

type Given<Name extends keyof CacheOptions> = Exclude<CacheOptions[Name], undefined>;

const DEFAULTS: Settings = {
  store: undefined,
  dir: undefined,
  maxBytes: undefined,
  mode: "auto",
  namespace: "",
  sample: 0,
  ttl: Infinity,
  staleIfError: 0,
  aliases: new Map(),
  headers: [],
  normalize: undefined,
  ignore: [],
  key: undefined,
  dialects: [],
  storeIncomplete: false,
  storeRequest: true,
  shouldStore: undefined,
  pace: "none",
  usage: "recorded",
  freshIds: false,
  allow: [],
  onEvent: undefined,
  fetch: undefined,
  maxEntryBytes: 32 << 20,
  storeTimeout: 2000,
  now: Date.now,
  wait: waitByTimer,
  rest: restByTimer,
};

/**
 * Checks the options of a cache and fills in the defaults.
 *
 * @throws {TypeError} naming the option that is wrong, what it should be, and what it is.
 */
export function readOptions(options: CacheOptions): Settings {
  checkOptions(options, { ...faceRules, ...cacheRules }, "a cache");
  if (options.store !== undefined && options.dir !== undefined) {
    throw new TypeError(
      "llmcache: the options `store` and `dir` exclude each other; `dir` names the directory of the " +
        "default store. Leave one out.",
    );
  }
  if (options.store !== undefined && options.maxBytes !== undefined) {
    throw new TypeError(
      "llmcache: the options `store` and `maxBytes` exclude each other; `maxBytes` bounds the default " +
        "store. Give it to the store itself, where that bounds itself, or leave one out.",
    );
  }
  return lay(options, DEFAULTS);
}

/** Checks the options of another face and lays them over the settings of the first. */
export function readFaceOptions(options: FaceOptions, base: Settings): Settings {
  checkOptions(options, faceRules, "cache.with()");
  return lay(options, base);
}

/** What is given counts, the rest stays; the environment's mode wins over both. */
function lay(options: CacheOptions, base: Settings): Settings {
  const { aliases, headers, ignore, dialects, ttl, staleIfError, ...others } = options;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const mode = modeOfEnvironment();
  return {
    ...base,
    ...Object.fromEntries(given),
    ...(options.wait && { rest: options.wait }),
    ...(aliases && { aliases: readAliases(aliases) }),
    ...(headers && { headers: readHeaderNames(headers) }),
    ...(ignore && { ignore: readPaths(ignore) }),
    ...(dialects && { dialects: readDialects(dialects) }),
    ...(ttl !== undefined && { ttl: readDuration(ttl)! }),
    ...(staleIfError !== undefined && { staleIfError: readDuration(staleIfError)! }),
    ...(mode && { mode }),
  };
}

function modeOfEnvironment(): CacheMode | undefined {
  const value = env("LLMCACHE_MODE");
  if (!value) return undefined;
  if (MODES.includes(value)) return value as CacheMode;
  throw new TypeError(
    `llmcache: the environment variable LLMCACHE_MODE is "${value}"; it must be one of ` +
      `${MODES.join(", ")}.`,
  );
}
