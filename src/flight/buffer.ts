/**
 * Chunks by their index since the beginning; the oldest can be let go.
 *
 * @module
 */

/** A list of chunks whose beginning may be gone. */
export interface ChunkBuffer<T> {
  /** The index after the last chunk. */
  readonly end: number;
  /** The size of what is kept, in bytes. */
  readonly bytes: number;
  push(chunk: T): void;
  /** The chunk at an index that is still kept. */
  at(index: number): T;
  /** Lets go of every chunk before `index`. */
  dropBefore(index: number): void;
}

/** Makes an empty buffer; `size` tells the bytes of a chunk. */
export function createBuffer<T>(size: (chunk: T) => number): ChunkBuffer<T> {
  let chunks: (T | undefined)[] = [];
  /** The indexes of the first chunk in the list, and of the first that is kept. */
  let start = 0;
  let first = 0;
  let bytes = 0;
  return {
    get end() {
      return start + chunks.length;
    },
    get bytes() {
      return bytes;
    },
    push(chunk) {
      chunks.push(chunk);
      bytes += size(chunk);
    },
    at: (index) => chunks[index - start]!,
    dropBefore(index) {
      const until = Math.min(index, start + chunks.length);
      for (; first < until; first++) {
        bytes -= size(chunks[first - start]!);
        chunks[first - start] = undefined;
      }
      // To copy the rest each time would cost the square of their number.
      if (first - start <= chunks.length / 2) return;
      chunks = chunks.slice(first - start);
      start = first;
    },
  };
}
