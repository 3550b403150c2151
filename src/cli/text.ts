/**
 * Text of others on a terminal: prompts, models and answers may hold sequences that move the cursor,
 * set the title, or turn the direction of what follows.
 *
 * @module
 */

/** Control characters (C0, DEL, C1), separators of lines, what turns the direction, halves of pairs. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;
const UNSAFE_BUT_LINES = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu;

/** Makes one line of a text, without what is not for a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(UNSAFE, "").trim();
}

/** Takes out of a text what is not for a terminal, and leaves its lines. */
export function lines(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\t", "  ").replaceAll(UNSAFE_BUT_LINES, "");
}

/**
 * JSON that a terminal shows as it is. JSON escapes C0 itself; the rest is escaped here, so the value
 * stays exact.
 */
export function toJson(value: unknown, indent: number = 2): string {
  return JSON.stringify(value, null, indent).replaceAll(UNSAFE_BUT_LINES, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
