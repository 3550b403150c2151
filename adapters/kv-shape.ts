/**
 * What a store needs of a Deno KV, by its shape: Deno's own types are missing elsewhere.
 *
 * @module
 */

/** A key as the store makes them; others in the same KV may hold more. */
export type DenoKvKey = readonly (string | number)[];

/** A value in a KV, or that there is none. */
export interface DenoKvEntry {
  /** The value; `null` where there is none. */
  readonly value: unknown;
  /** Which write it comes from; `null` where there is none. */
  readonly versionstamp: string | null;
}

/** Changes that are made all at once, or not at all. */
export interface DenoKvAtomic {
  /** Lets nothing happen unless a value is still as it was read. */
  check(as: { key: DenoKvKey; versionstamp: string | null }): DenoKvAtomic;
  /** Writes a value, which may be swept away after so many milliseconds. */
  set(key: DenoKvKey, value: unknown, options?: { expireIn?: number }): DenoKvAtomic;
  /** Removes a value. */
  delete(key: DenoKvKey): DenoKvAtomic;
  /** Makes the changes, or tells that a check said no. */
  commit(): Promise<{ readonly ok: boolean }>;
}

/** What a store needs of a `Deno.Kv`. */
export interface DenoKv {
  /** Reads a value. */
  get(key: DenoKvKey): Promise<DenoKvEntry>;
  /** Reads up to 10 values as they are at one moment. */
  getMany(keys: readonly DenoKvKey[]): Promise<readonly DenoKvEntry[]>;
  /** Lists what begins with a key, in the order of the keys, up to a number. */
  list(
    selector: { prefix: DenoKvKey; start?: DenoKvKey },
    options?: { limit?: number },
  ): AsyncIterable<{ readonly key: readonly unknown[]; readonly value: unknown }>;
  /** Begins changes that belong together. */
  atomic(): DenoKvAtomic;
  /** Closes the KV. */
  close(): void;
}
