/**
 * Newline-delimited JSON, split into its lines.
 *
 * @module
 */

/** Splits a stream of bytes into lines. */
export interface LineParser {
  /** Takes the next bytes, cut anywhere, and gives the lines they complete, blank ones aside. */
  push(bytes: Uint8Array): string[];
  /** Gives the line that stands at the end without its line feed. */
  end(): string[];
}

/** Starts to split a stream. */
export function createLineParser(): LineParser {
  const decoder = new TextDecoder();
  let rest = "";

  function split(text: string): string[] {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    return lines.filter(isFilled);
  }

  return {
    push: (bytes) => split(decoder.decode(bytes, { stream: true })),
    end() {
      const last = [rest + decoder.decode()].filter(isFilled);
      rest = "";
      return last;
    },
  };
}

function isFilled(line: string): boolean {
  return line.trim() !== "";
}
