/**
 * `Cache-Control` of a request (RFC 9111, 5.2.1; RFC 5861, 4), and our extensions of it.
 *
 * @module
 */

/** What a request asks of the cache. */
export interface Directives {
  readonly noCache?: boolean;
  readonly noStore?: boolean;
  readonly onlyIfCached?: boolean;
  /** Seconds. */
  readonly maxAge?: number;
  readonly minFresh?: number;
  /** `Infinity` where it has no value. */
  readonly maxStale?: number;
  readonly staleIfError?: number;
  readonly sample?: number;
  readonly namespace?: string;
  /** What is not for us, as a header value; empty where there is nothing. */
  readonly rest: string;
  /** The first directive that is for us and cannot be followed, as it stands there. */
  readonly unclear?: string;
}

type Value = boolean | number | string;

const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
/** An argument may be a token or a quoted string, whichever it is defined as (RFC 9111, 5.2). */
const DIRECTIVE = new RegExp(`^(${TOKEN})(?:=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?$`, "s");
/** The items of a list; a comma in a quoted string does not part them. */
const ITEMS = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/gs;

const flag = (): Value => true;
const number = (text: string | undefined): Value | undefined =>
  /^\d+$/.test(text ?? "") ? Number(text) : undefined;
/** Two numbers that a double holds as one would be one draw. */
const exact = (text: string | undefined): Value | undefined =>
  Number.isSafeInteger(number(text)) ? number(text) : undefined;

/** The directives that are for us: which member each sets, and how its argument is read. */
const OURS: Readonly<
  Record<string, [keyof Directives, (text: string | undefined) => Value | undefined]>
> = {
  "no-cache": ["noCache", flag],
  "no-store": ["noStore", flag],
  "only-if-cached": ["onlyIfCached", flag],
  "max-age": ["maxAge", number],
  "min-fresh": ["minFresh", number],
  "max-stale": ["maxStale", (text) => text === undefined ? Infinity : number(text)],
  "stale-if-error": ["staleIfError", number],
  "llmcache-sample": ["sample", exact],
  "llmcache-namespace": ["namespace", (text) => text],
};

/** Reads the value of a request's `Cache-Control`. */
export function readDirectives(header: string): Directives {
  const given: Partial<Record<keyof Directives, Value>> = {};
  const rest: string[] = [];
  let unclear: string | undefined;
  for (const item of header.match(ITEMS) ?? []) {
    const text = item.trim();
    if (text === "") continue;
    const name = /^[^=\s]*/.exec(text)![0].toLowerCase();
    if (!Object.hasOwn(OURS, name)) {
      // One of our own that we do not know is misspelt.
      if (name.startsWith("llmcache-")) unclear ??= text;
      else rest.push(text);
      continue;
    }
    const [member, read] = OURS[name]!;
    const parts = DIRECTIVE.exec(text);
    const value = parts ? read(parts[2] ?? parts[3]?.replaceAll(/\\(.)/gs, "$1")) : undefined;
    // Of two values neither can be chosen.
    if (value === undefined || (given[member] ?? value) !== value) unclear ??= text;
    else given[member] = value;
  }
  return {
    ...given as Partial<Directives>,
    rest: rest.join(", "),
    ...(unclear !== undefined && { unclear }),
  };
}
