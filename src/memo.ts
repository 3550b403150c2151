/**
 * A memory of texts and what they led to, bounded by their length and number, the least recently used
 * out first.
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
  readonly label: Label;
  readonly text: string;
  readonly value: T;
}

/** Makes a memory for texts of so many characters in all; a longer text is not remembered. */
export function createMemo<T>(characters: number): Memo<T> {
  const known = new Map<Label, Known<T>>();
  let held = 0;

  function forget(label: Label): void {
    held -= known.get(label)?.text.length ?? 0;
    known.delete(label);
  }

  return {
    get(text) {
      const found = known.get(labelOf(text));
      if (found?.text !== text) return undefined;
      known.delete(found.label);
      known.set(found.label, found);
      return found.value;
    },
    set(text, value) {
      const label = labelOf(text);
      forget(label);
      if (text.length > characters) return value;
      held += text.length;
      known.set(label, { label, text, value });
      for (const oldest of known.keys()) {
        if (held <= characters && known.size <= MOST_TEXTS) break;
        forget(oldest);
      }
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
