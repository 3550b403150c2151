/**
 * Batches: several inputs in one request, each with a vector of its own in the answer.
 *
 * Besides the whole answer each vector is kept for itself, so that of a batch not seen before only
 * what is unknown goes out. A format takes requests and answers apart, and only where the split is certain:
 * who cannot say whose vector is whose, or whether it depends on its own input alone, says `null`.
 *
 * @module
 */

import type { Asked, Dialect, JsonObject, Place, Recorded, Recorder } from "../dialect.ts";

/** A built-in format, which may know of vectors. */
export interface BuiltIn extends Dialect {
  ask(body: JsonObject, place: Place): VectorsAsked | null;
  record(asked: VectorsAsked): Recorder;
  fit(answer: Uint8Array, recorded: VectorsRecorded, asked: VectorsAsked): Uint8Array | null;
  /** How it asks for several of them in one request, if it does. */
  readonly batch?: Batching;
}

/** How a vector is written: as a list of numbers, or as the base64 of 32-bit floats. */
export type Encoding = "float" | "base64";

/** What a request for vectors asks besides. */
export interface VectorsAsked extends Asked {
  /** How many it asks for, where that can be told. */
  readonly items?: number;
  /** How they are to be written, where the request can say so. It is no part of the key. */
  readonly encoding?: Encoding;
  /** Whether a recorded answer may be converted to that encoding. */
  readonly converts?: boolean;
}

/** What is known besides of the recording of an answer with vectors. */
export interface VectorsRecorded extends Recorded {
  /** How they were to be written; none stands for `float`. */
  readonly encoding?: Encoding;
}

/** A request, taken apart. */
export interface Batch {
  /** For each input the body that asks for it alone: its identity. */
  readonly items: readonly JsonObject[];
  /** The first words of an input, for people who list entries. */
  words(place: number): string;
  /** The body that asks for the inputs at these places, in this order, and is the same otherwise. */
  pick(places: readonly number[]): JsonObject;
  /** The answer to this request as JSON text. */
  write(parts: Parts): string;
}

/** One vector of an answer. */
export interface Item {
  /** JSON text of the vector, as the provider wrote it. */
  readonly vector: string;
  /** What else the answer says of it, its place aside. */
  readonly rest: JsonObject;
}

/** An answer, taken apart. */
export interface Parts {
  /** What the answer says that is about no item: the model, the usage … */
  readonly envelope: JsonObject;
  /** In the order of the inputs. */
  readonly items: readonly Item[];
}

/** How a format asks for several vectors at once, and how it answers. */
export interface Batching {
  /** Takes a request apart; `null` where a vector may depend on more than its own input. */
  split(body: JsonObject, asked: VectorsAsked): Batch | null;
  /** Takes an answer apart; `null` where it is not certain whose vector is whose. */
  read(answer: string): Parts | null;
  /** The answer to a batch as JSON text. */
  write(parts: Parts): string;
  /** The members of the envelope that count what was spent. */
  readonly spent: readonly string[];
}
