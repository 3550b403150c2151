/**
 * Values in JSON text, found by their paths, each with its place in bytes: so that one can be changed
 * while every other byte stays.
 *
 * @module
 */

/** A path as it is written: names between dots, `*` for every item of a list. */
export type PathText = string;

/** What is sought, as a tree of all paths. */
export interface Sought {
  readonly next: Map<string, Sought>;
  /** What a value here is for whoever seeks. */
  readonly marks: Set<string>;
}

/** Told of each value that is found: from where to where, and what it is. */
export type Found = (from: number, to: number, mark: string) => void;

/** Makes a tree of paths, by what is sought there. */
export function soughtAt(paths: Readonly<Record<string, readonly PathText[] | undefined>>): Sought {
  const root = emptySought();
  for (const [mark, texts = []] of Object.entries(paths)) {
    for (const text of texts) {
      let at = root;
      for (const name of text.split(".")) {
        const next = at.next.get(name) ?? emptySought();
        at.next.set(name, next);
        at = next;
      }
      at.marks.add(mark);
    }
  }
  return root;
}

function emptySought(): Sought {
  return { next: new Map(), marks: new Set() };
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const decoder = new TextDecoder();

/**
 * Looks through one JSON value.
 *
 * @param bytes where it stands, as text that `JSON.parse` takes; of any other nothing or something is
 *   found.
 */
export function scanJson(
  bytes: Uint8Array,
  from: number,
  to: number,
  sought: Sought,
  found: Found,
): void {
  let at = from;

  function readValue(node: Sought | undefined): void {
    skipSpace();
    const start = at;
    if (bytes[at] === OPEN && node && node.next.size > 0) readObject(node);
    else if (bytes[at] === OPEN_LIST && node?.next.has("*")) readList(node.next.get("*")!);
    else at = endOfValue(bytes, at, to);
    for (const mark of node?.marks ?? []) found(start, at, mark);
    skipSpace();
  }

  function readObject(node: Sought): void {
    do {
      at++;
      skipSpace();
      if (bytes[at] === CLOSE) break;
      const start = at;
      at = endOfValue(bytes, at, to);
      // A name with an escape in it is taken for another; nobody writes one so.
      const name = decoder.decode(bytes.subarray(start + 1, at - 1));
      skipSpace();
      if (bytes[at] !== COLON) break;
      at++;
      readValue(node.next.get(name));
    } while (bytes[at] === COMMA && at < to);
    at++;
  }

  function readList(node: Sought): void {
    do {
      at++;
      skipSpace();
      if (bytes[at] === CLOSE_LIST) break;
      readValue(node);
    } while (bytes[at] === COMMA && at < to);
    at++;
  }

  function skipSpace(): void {
    while (at < to && bytes[at]! <= 0x20) at++;
  }

  readValue(sought);
}

/** Tells of every number in a JSON value, those in texts aside. */
export function scanNumbers(
  bytes: Uint8Array,
  from: number,
  to: number,
  found: (from: number, to: number) => void,
): void {
  for (let at = from; at < to;) {
    const end = endOfToken(bytes, at, to);
    if (isNumber(bytes[at]!)) found(at, end);
    at = end;
  }
}

function isNumber(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

/** Where a value ends that begins here. */
function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to;) {
    const byte = bytes[at]!;
    if (byte === OPEN || byte === OPEN_LIST) depth++;
    if (byte === CLOSE || byte === CLOSE_LIST) depth--;
    at = endOfToken(bytes, at, to);
    if (depth <= 0) return at;
  }
  return to;
}

/** Where a text, a word, a number, a mark or white space ends that begins here. */
function endOfToken(bytes: Uint8Array, from: number, to: number): number {
  let at = from + 1;
  if (bytes[from] === QUOTE) {
    for (; at < to && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    return Math.min(at + 1, to);
  }
  if (!isWord(bytes[from]!)) return at;
  while (at < to && isWord(bytes[at]!)) at++;
  return at;
}

/** Digits and letters, `+`, `-` and `.`: what numbers, `true`, `false` and `null` are made of. */
function isWord(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45;
}
