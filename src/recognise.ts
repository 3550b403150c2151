/**
 * Which wire format a call speaks, and which request it is.
 *
 * @module
 */

import { DialectFault } from "./own/attempt.ts";
import { andThen } from "./time/awaitable.ts";
import type { BuiltIn, VectorsAsked } from "./batch/batch.ts";
import { type Dialect, dialects, type JsonObject, type Place } from "./dialect.ts";
import { areSame, countedHeaders } from "./identity/headers.ts";
import { isHooked } from "./identity/hooks.ts";
import type { Hash } from "./host.ts";
import { identify } from "./key.ts";
import { createMemo } from "./identity/memo.ts";
import type { Settings } from "./options/settings.ts";
import type { Passing } from "./pass.ts";
import type { Call } from "./request.ts";
import type { Awaitable } from "./store.ts";
import { readTarget, type Target, type TargetKey } from "./identity/target.ts";

/** A request that can be cached. */
export interface Known {
  readonly dialect: BuiltIn;
  readonly asked: VectorsAsked;
  /** The store key of the form that is asked for, and of the other one. */
  readonly key: string;
  readonly otherKey: string;
  /** The URL, the headers that count and the body, as far as they may be shown and stored. */
  readonly shown: string;
  /** Where it goes, as it counts in the key. */
  readonly target: string | TargetKey;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Recognises calls for one face of a cache; the namespace and sample may be the call's own. */
export interface Recogniser {
  (call: Call, hash: Hash, own: Own): Awaitable<Known | Passing>;
}

type Own = Pick<Settings, "namespace" | "sample">;

/** What a URL alone tells. */
interface CallPlace {
  readonly target: Target;
  readonly candidates: readonly Dialect[];
  /** Whether texts that were recognised there are remembered: none where the user's own code has a say. */
  readonly remembers: boolean;
}

/** Prepares a recogniser; it remembers what it has seen, bounded. */
export function createRecogniser(settings: Settings): Recogniser {
  const places = createMemo<CallPlace>(1 << 16);
  const seen = createMemo<Known & Own & { readonly url: string }>(MEMO_CHARACTERS);

  const { dialects: own } = settings;
  const formats = own.length > 0 ? [...own, ...dialects] : dialects;
  const isOwn = (dialect: Dialect) => own.includes(dialect);
  const hooked = isHooked(settings);

  function readPlace(url: string, hash: Hash): CallPlace | null {
    if (!isHttp(url)) return null;
    const target = readTarget(url, settings.aliases, hash);
    const candidates = formats.filter((dialect) => dialect.matches(target.path));
    return { target, candidates, remembers: !hooked && !candidates.some(isOwn) };
  }

  // The user's own code may answer otherwise each time.
  const placeOf = own.length > 0
    ? readPlace
    : (url: string, hash: Hash) => places.get(url) ?? remember(url, readPlace(url, hash));

  /** What is no place, such as a long `data:` URL, takes no room. */
  function remember(url: string, place: CallPlace | null): CallPlace | null {
    return place && places.set(url, place);
  }

  /** At once, but where the body is that of a Request. */
  const recognise: Recogniser = (call, hash, own) => {
    const place = placeOf(call.url, hash);
    if (!place) return { detail: "unsupported-endpoint" };
    const { target: { shown }, candidates } = place;
    if (candidates.length === 0 || call.method !== "POST") {
      return { detail: "unsupported-endpoint", shown };
    }
    return andThen(call.text(), (text) => recogniseText(call, place, text, hash, own));
  };

  function recogniseText(
    call: Call,
    { target, candidates, remembers }: CallPlace,
    text: string | null,
    hash: Hash,
    { namespace, sample }: Own,
  ): Known | Passing {
    const pass = (detail: string, more?: Partial<Passing>): Passing => (
      { detail, shown: target.shown, ...more }
    );
    if (text === null) return pass("unreadable-body");
    const headers = countedHeaders(call.headers(), settings.headers);
    const isLong = text.length > LONGEST_TEXT;
    const name = remembers && isLong ? hash(text) : text;
    const before = remembers ? seen.get(name) : undefined;
    // The digest of a long text is a text too, which someone may send.
    const isSame = before?.url === call.url && (before.text === "") === isLong &&
      before.namespace === namespace && before.sample === sample &&
      areSame(before.headers, headers);
    if (isSame) return { ...before, text };

    const body = parseObject(text);
    const question = body && ask(candidates, body, target);
    if (!question) return pass("unsupported-endpoint");
    const { dialect, asked } = question;
    const reason = dialect.bypass?.(body, target);
    if (reason !== undefined) return pass(reason, { dialect });
    const counted = dialect.target?.(target.target) ?? target.target;
    const identity = identify(
      {
        dialect,
        target: counted,
        namespace,
        sample,
        headers,
        text,
        body,
      },
      hash,
      settings,
    );
    if ("bypass" in identity) {
      const { bypass, hint } = identity;
      return pass(bypass, { dialect, ...(hint !== undefined && { hint }) });
    }
    const { key: id } = identity;
    const other = asked.form === "whole" ? "stream" : "whole";
    const known = {
      dialect,
      asked,
      key: `${id}.${asked.form}`,
      otherKey: `${id}.${other}`,
      shown: target.shown,
      target: counted,
      headers,
      text,
      namespace,
      sample,
      url: call.url,
    };
    if (remembers) seen.set(name, isLong ? { ...known, asked: copyOf(asked), text: "" } : known);
    return known;
  }

  if (formats === dialects) return recognise;
  return async (...args) => {
    try {
      return await recognise(...args);
    } catch (error) {
      return passFaulty(error);
    }
  };
}

/** A dialect of the user's own that fails must not break the call. */
function passFaulty(error: unknown): Passing {
  if (error instanceof DialectFault) return { detail: "dialect-fault", hint: error.message };
  throw error;
}

/** The first format that knows the request as its own: several have a path in common. */
function ask(candidates: readonly Dialect[], body: JsonObject, place: Place) {
  for (const dialect of candidates) {
    const asked = dialect.ask(body, place);
    if (asked) return { dialect, asked };
  }
  return null;
}

/**
 * Most repeats are byte for byte the same text. It leads to the key without parsing and sorting it
 * again. The text is compared whole: no digest, nothing to collide.
 */
const MEMO_CHARACTERS = 8 << 20;

/** One that would leave no room for others is known by its SHA-256, which costs 0.65 ms per MB. */
const LONGEST_TEXT = 1 << 20;

/** Copied so that they keep no memory: the first words are a slice, which holds all of its text. */
function copyOf(asked: VectorsAsked): VectorsAsked {
  return JSON.parse(JSON.stringify(asked));
}

/** Everything else, such as `data:`, `blob:` and what cannot be parsed, is not for us to look into. */
function isHttp(url: string): boolean {
  return /^https?:/i.test(url) && URL.canParse(url);
}

function parseObject(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
