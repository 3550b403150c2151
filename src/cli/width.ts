/**
 * How much room a text takes on a terminal.
 *
 * @module
 */

import { eastAsianWidth } from "get-east-asian-width";

const PLAIN = /^[ -~]*$/;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
/** Letters with their accents, families with their children: what is one for who reads it. */
const characters = new Intl.Segmenter();

/** How many columns of a terminal a text takes: Chinese, for one, takes two a character. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += widthOfOne(segment);
  return width;
}

/** Cuts a text to a width. */
export function fit(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  if (most < 1) return "";
  let [width, end] = [1, 0];
  for (const { segment, index } of characters.segment(text)) {
    width += widthOfOne(segment);
    end = index;
    if (width > most) break;
  }
  return `${text.slice(0, end)}…`;
}

function widthOfOne(character: string): number {
  return EMOJI.test(character) ? 2 : eastAsianWidth(character.codePointAt(0)!);
}
