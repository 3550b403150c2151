/**
 * Columns that fit the width of a terminal.
 *
 * @module
 */

import { oneLine } from "./text.ts";
import { fit, widthOf } from "./width.ts";

/** A column. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
  /** How wide it is at most; the last column takes what is left. */
  readonly most?: number;
}

const GAP = "  ";
/** The least that is left to the last column, in columns of the terminal. */
const LEAST = 10;

/**
 * Sets rows in columns. Cells are made twice, once to measure them: of 100 000 rows they would take 100 MB.
 *
 * @param cellsOf makes the cells of a row.
 * @param width the width of the terminal; without it nothing is cut.
 * @returns the lines, the titles first.
 */
export function* table<T>(
  columns: readonly Column[],
  rows: readonly T[],
  cellsOf: (row: T) => readonly string[],
  width: number = Infinity,
): Generator<string> {
  const last = columns.length - 1;
  const titles = columns.map(({ title }) => title);
  const most = columns.map((column) => width === Infinity ? Infinity : column.most ?? Infinity);
  const fitted = (row: T) => cellsOf(row).map((text, at) => fit(oneLine(text), most[at]!));
  const widths = titles.map((title) => title.length);
  for (const row of rows) {
    const cells = fitted(row);
    for (let at = 0; at < last; at++) widths[at] = Math.max(widths[at]!, widthOf(cells[at]!));
  }
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  const rest = Math.max(LEAST, width - before);
  const set = (text: string, at: number) => {
    if (at === last) return fit(text, rest);
    const space = " ".repeat(widths[at]! - widthOf(text));
    return columns[at]!.isNumber ? space + text : text + space;
  };
  const line = (cells: readonly string[]) => fit(cells.map(set).join(GAP).trimEnd(), width);
  yield line(titles);
  for (const row of rows) yield line(fitted(row));
}

/** Breaks a text into lines at its spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
