/**
 * A memory of texts and what they led to, bounded by their length and number.
 *
 * It has two halves: what is met goes into the young one, and when that is full it becomes the old one,
 * and what was the old one is forgotten. So what is met again and again stays, and to meet it changes
 * nothing: to move each text to the end of a Map cost a tenth of a hit.
 *
 * @module
 */

/** What texts led to. */
export interface Memo<T> {
  get(text: string): T | undefined;
  /** Remembers and returns `value`. */
  set(text: string, value: T): T;
}

/** Texts name themselves, or have a number for a name. */
type Label = string | number;

interface Known<T> {
  readonly text: string;
  readonly value: T;
}

/** Makes a memory for texts of so many characters in all; one of more than half is not remembered. */
export function createMemo<T>(characters: number): Memo<T> {
  let young = new Map<Label, Known<T>>();
  let old: typeof young = new Map();
  /** Characters in the young half. */
  let held = 0;

  function keep(label: Label, known: Known<T>): void {
    const { length } = known.text;
    if (length > characters / 2) return;
    const replaced = young.get(label);
    held += length - (replaced?.text.length ?? 0);
    const isFull = !replaced && young.size >= MOST_TEXTS / 2;
    if (isFull || held > characters / 2) {
      old = young;
      young = new Map();
      held = length;
    }
    young.set(label, known);
  }

  return {
    get(text) {
      const label = labelOf(text);
      const recent = young.get(label);
      const found = recent ?? old.get(label);
      if (found?.text !== text) return undefined;
      if (!recent) keep(label, found);
      return found.value;
    },
    set(text, value) {
      keep(labelOf(text), { text, value });
      return value;
    },
  };
}

const MOST_TEXTS = 1000;
const SHORT = 2048;
const LAST = 64;
const SAMPLES = 256;

/**
 * A short name for a text; short ones name themselves. As a key of its own a long text is dear: V8
 * hashes texts above 16 383 characters by their length alone, and prompts of one length that differ at
 * their end are compared one by one, whole. Of two texts with one name the later is kept.
 *
 * A number, because slices are dear too: 4 µs of the 10 that a look-up of 50 KB took in Bun.
 */
function labelOf(text: string): Label {
  const { length } = text;
  if (length <= SHORT) return text;
  let label = length;
  for (let at = length - LAST; at < length; at++) label = mix(label, text.charCodeAt(at));
  const step = Math.ceil(length / SAMPLES);
  for (let at = 0; at < length; at += step) label = mix(label, text.charCodeAt(at));
  return label;
}

function mix(label: number, code: number): number {
  return (Math.imul(label, 31) + code) | 0;
}
