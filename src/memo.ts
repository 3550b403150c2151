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

interface Known<T> {
  readonly label: string;
  readonly text: string;
  readonly value: T;
}

/** Makes a memory for texts of so many characters in all; a longer text is not remembered. */
export function createMemo<T>(characters: number): Memo<T> {
  const known = new Map<string, Known<T>>();
  let held = 0;

  function forget(label: string): void {
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
const SAMPLES = 8;
const SAMPLE = 16;
const SHORT = 2048;

/**
 * A short name for a text; short ones name themselves. As a key of its own a long text is dear: V8 hashes texts above 16 383
 * characters by their length alone, and prompts of one length that differ at their end are compared
 * one by one, whole. Of two texts with one name the later is kept.
 *
 * Joined, not added up: a sum of slices would keep the whole text alive (50 KB: 200 µs of collecting
 * garbage at each look-up).
 */
function labelOf(text: string): string {
  if (text.length <= SHORT) return text;
  const parts = [text.length, text.slice(-4 * SAMPLE)];
  const step = Math.ceil(text.length / SAMPLES);
  for (let at = 0; at < text.length; at += step) parts.push(text.slice(at, at + SAMPLE));
  return parts.join();
}
